// Package lease gives a directory to one process at a time, on one machine or on many that share a file system.
//
// A lease is a file in the folder lease of the directory: 000001.json, 000002.json and so on. The file with the highest number
// holds the directory until it is released or has been silent for too long; then the next number, which the file system
// gives to one process only, takes it. A holder that was overtaken notices it at its next heartbeat.
//
// A holder is silent for the difference between the time at which the file system wrote its file and the time of the file
// system now, so that the clocks of the machines may differ. On the holder's own machine a lock of the kernel shows at once
// that its process has died.
package lease

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Expiry is how long a holder may be silent before another process may take its directory. The interval between heartbeats is a quarter of
// it.
const Expiry = 2 * time.Minute

// MaxKilled is how many holders in a row may be killed without progress before the next one should give up. Otherwise a run that
// needs more memory than the machine has would be killed again and again.
const MaxKilled = 5

// kept is how many records stay in the folder: the holder's, and some before it that show what went wrong.
const kept = 8

// Folder is the name of the folder of the records in the leased directory.
const Folder = "lease"

// A Lease is this process's right to write to a directory, from [Acquire] to [Lease.Release].
type Lease struct {
	dir    string // of the records
	number int
	file   *os.File
	record Record
	mu     sync.Mutex // guards file and record
	stop   chan struct{}
	done   chan struct{}

	// Broken says that the holder before this one was on another machine and died there: its file locks may remain.
	Broken bool
}

// A Record is the content of a lease's file.
type Record struct {
	Host   string     `json:"host"`
	Boot   string     `json:"boot,omitempty"` // identifies the running system: processes of the same one see each other's locks
	PID    int        `json:"pid"`
	At     int        `json:"at"`               // updates of the newest checkpoint when the lease was acquired
	Killed int        `json:"killed,omitempty"` // holders immediately before this one that were killed with the same newest checkpoint
	Start  time.Time  `json:"start"`
	End    *time.Time `json:"end,omitempty"` // nil while it is held, and if the holder was killed
	Exit   int        `json:"exit"`          // status with which the holder released it
	Reason string     `json:"reason,omitempty"`
}

// A Holder is the newest lease of a directory.
type Holder struct {
	Record
	Number int           // 1 for the first lease, 0 if there has been none
	Alive  bool          // the process holds the directory now
	Silent time.Duration // time since its last heartbeat; 0 where a lock of the kernel, or its release, makes it irrelevant
}

// Here reports whether the holder is a process of this running system, to which signals can be sent.
func (h Holder) Here() bool { return h.PID > 0 && h.Boot != "" && h.Boot == boot() }

// HeldError says that another process holds the directory.
type HeldError struct{ Holder Holder }

// Error names the process.
func (e *HeldError) Error() string {
	if e.Holder.PID == 0 { // its record is not written yet
		return "another process has just begun to work on it"
	}
	return fmt.Sprintf("process %d on %s works on it; its last heartbeat was %v ago", e.Holder.PID, e.Holder.Host, e.Holder.Silent.Round(time.Second))
}

// Acquire takes a directory, which it creates if need be, for this process until Release. at is the number of updates of the newest
// checkpoint in it: Killed counts the holders that were killed at the same number. The error is a [*HeldError] if another process has the
// directory. If another process takes the directory over, because this one was silent for longer than [Expiry], lost is called once, on
// another goroutine: from then on this process must not write to the directory.
func Acquire(dir string, at int, lost func()) (*Lease, error) {
	return acquire(dir, at, lost, Expiry, boot())
}

func acquire(dir string, at int, lost func(), expiry time.Duration, boot string) (*Lease, error) {
	dir = filepath.Join(dir, Folder)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	h, err := inspect(dir, expiry, boot, timeThere)
	if err != nil {
		return nil, err
	}
	if h.Alive {
		return nil, &HeldError{h}
	}
	killed := h.Number > 0 && h.End == nil
	l := &Lease{dir: dir, number: h.Number + 1, stop: make(chan struct{}), done: make(chan struct{})}
	l.Broken = killed && (boot == "" || h.Boot != boot)
	host, _ := os.Hostname()
	l.record = Record{Host: host, Boot: boot, PID: os.Getpid(), At: at, Start: time.Now().Round(time.Millisecond)}
	if killed && h.At == at {
		l.record.Killed = h.Killed + 1
	}
	if err := l.take(); err != nil {
		return nil, err
	}
	if err := l.begin(); err != nil {
		l.file.Close()
		_ = os.Remove(file(dir, l.number)) // it holds nothing
		return nil, err
	}
	go l.beat(expiry/4, lost)
	return l, nil
}

// take writes the record to a temporary file and gives it the lease's name, which the file system does for one process only: the record is
// complete, and locked, as soon as the lease exists.
func (l *Lease) take() (err error) {
	l.file, err = os.CreateTemp(l.dir, ".new-*")
	if err != nil {
		return err
	}
	own := l.file.Name()
	defer os.Remove(own)
	lockFile(l.file) // a lock helps where the file system has them
	if err = l.file.Chmod(0o644); err == nil {
		err = l.write()
	}
	if err == nil {
		err = os.Link(own, file(l.dir, l.number))
	}
	if err == nil {
		return nil
	}
	l.file.Close()
	if errors.Is(err, fs.ErrExist) {
		return &HeldError{Holder{Number: l.number, Alive: true}}
	}
	if at := new(fs.PathError); errors.As(err, &at) {
		at.Path = file(l.dir, l.number) // the other name means nothing to a reader
	}
	return err
}

// begin removes old records. A slow process may have taken a number that was removed: it will notice the higher ones.
func (l *Lease) begin() error {
	numbers, err := numbers(l.dir)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if n > l.number {
			return &HeldError{Holder{Number: n, Alive: true}}
		}
	}
	for _, n := range numbers {
		if n <= l.number-kept {
			_ = os.Remove(file(l.dir, n)) // the next holder tries again
		}
	}
	return nil
}

// Killed returns how many holders immediately before this one were killed, or lost their machines, with the same newest checkpoint.
func (l *Lease) Killed() int { return l.record.Killed }

// write writes the record in one piece, whose time the file system notes.
func (l *Lease) write() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, err := json.Marshal(l.record)
	if err != nil {
		return err
	}
	if _, err := l.file.WriteAt(append(b, '\n'), 0); err != nil { // it never becomes shorter
		return err
	}
	return l.file.Sync()
}

// beat writes heartbeats until Release or until this process is overtaken.
func (l *Lease) beat(every time.Duration, lost func()) {
	defer close(l.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			if last, err := newest(l.dir); err == nil && last > l.number {
				lost()
				return
			}
			_ = l.write() // if it fails, the next heartbeat may succeed
		}
	}
}

// Release gives the directory back, and records the status with which the process will exit and, unless it is 0, the reason. It must
// be called once.
func (l *Lease) Release(exit int, reason string) error {
	close(l.stop)
	<-l.done
	now := time.Now().Round(time.Millisecond)
	l.mu.Lock()
	l.record.End, l.record.Exit, l.record.Reason = &now, exit, reason
	l.mu.Unlock()
	err := l.write()
	if e := l.file.Close(); err == nil {
		err = e
	}
	return err
}

// Inspect reports the newest lease of a directory. A directory without one, or that does not exist, has Number 0.
func Inspect(dir string) (Holder, error) {
	return inspect(filepath.Join(dir, Folder), Expiry, boot(), timeThere)
}

// Watch is Inspect for those who only read, and often: it writes nothing, and takes now for the time of the file system, by which a holder
// on another machine may seem dead if the clocks differ by more than [Expiry].
func Watch(dir string, now time.Time) (Holder, error) {
	return inspect(filepath.Join(dir, Folder), Expiry, boot(), func(string) time.Time { return now })
}

// inspect reads the folder of the records. The time of its file system is asked for only where it matters.
func inspect(dir string, expiry time.Duration, boot string, clock func(dir string) time.Time) (h Holder, err error) {
	if h.Number, err = newest(dir); err != nil || h.Number == 0 {
		return h, err
	}
	path := file(dir, h.Number)
	src, err := os.ReadFile(path)
	if err != nil {
		return h, err
	}
	if json.Unmarshal(src, &h.Record) != nil {
		h.Record = Record{} // the holder was killed before it had written its record, or is just writing it
	}
	if h.End != nil {
		return h, nil
	}
	if h.Boot != "" && h.Boot == boot {
		if free, known := isFree(path); known {
			h.Alive = !free
			if free {
				return h, nil
			}
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return h, err
	}
	h.Silent = max(0, clock(dir).Sub(info.ModTime()))
	h.Alive = h.Alive || h.Silent < expiry
	return h, nil
}

// timeThere is the time by the clock of the directory's file system, or by this machine's clock if nothing can be written there.
func timeThere(dir string) time.Time {
	f, err := os.CreateTemp(dir, ".now-*")
	if err != nil {
		return time.Now()
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.WriteString("now"); err != nil {
		return time.Now()
	}
	if err := f.Sync(); err != nil {
		return time.Now()
	}
	info, err := os.Stat(f.Name())
	if err != nil {
		return time.Now()
	}
	return info.ModTime()
}

// file is the path of a record in the folder of the records.
func file(dir string, number int) string {
	return filepath.Join(dir, fmt.Sprintf("%06d.json", number))
}

// newest returns the highest number of a record, or 0 if there is none.
func newest(dir string) (last int, err error) {
	list, err := numbers(dir)
	for _, n := range list {
		last = max(last, n)
	}
	return last, err
}

// numbers returns the numbers of the records.
func numbers(dir string) (list []int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.Name(), "%06d.json", &n); err == nil {
			list = append(list, n)
		}
	}
	return list, err
}
