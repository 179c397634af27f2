package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"glorot/experiments/run"
)

// Expiry is how long the holder of a cell may be silent before the cell is free for others. It shows that it lives four times
// as often. That its machine has died is known on other machines by its silence alone; on the same one a lock of the
// kernel tells at once.
const Expiry = 2 * time.Minute

// MaxKilled is how many tries of a cell in a row may be killed from the same checkpoint on: the next one is to fail. A run that needs
// more memory than there is would be killed without end.
const MaxKilled = 5

// A Try is one process's work on a cell, alone: a file in the cell's directory, try-000001.json and so on. The one with the highest
// number holds the cell until it has ended or has been silent for too long; then the next number, which the file system gives
// to one process only, takes it. A try that was overtaken notices it when it next shows that it lives.
//
// How long it is silent is the difference between the times at which the file system wrote that file and one of now, so that
// the clocks of the machines may differ.
type Try struct {
	dir    string
	number int
	file   *os.File
	record Record
	mu     sync.Mutex
	stop   chan struct{}
	done   chan struct{}

	// Broken tells that another machine held the cell before and died there, so that its locks on files may still be there.
	Broken bool
	// Killed is how many tries just before this one were killed, or lost their machines, and began with the run's newest checkpoint
	// of now.
	Killed int
}

// A Record is what the file of a try says.
type Record struct {
	Host   string     `json:"host"`
	Boot   string     `json:"boot,omitempty"` // which running system: processes with the same see each other's locks
	PID    int        `json:"pid"`
	From   int        `json:"from,omitempty"` // updates of the newest checkpoint when it began
	Start  time.Time  `json:"start"`
	End    *time.Time `json:"end,omitempty"` // nil while it works, or if it was killed
	Exit   int        `json:"exit"`          // status of the process, if it has ended
	Reason string     `json:"reason,omitempty"`
}

// HeldError says that another process works on the cell.
type HeldError struct {
	Record Record
	Silent time.Duration
}

// Error names the process.
func (e *HeldError) Error() string {
	return fmt.Sprintf("process %d on %s works on it, and was heard of %v ago", e.Record.PID, e.Record.Host, e.Silent.Round(time.Second))
}

// Begin takes the cell of a directory, which it makes if need be, for this process until End. It is a [*HeldError] if another
// one has it. If this process is overtaken it calls lost, once: then it must not write to the cell any more.
func Begin(dir string, lost func()) (*Try, error) { return begin(dir, lost, Expiry, boot()) }

func begin(dir string, lost func(), expiry time.Duration, boot string) (*Try, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	last, err := lastTry(dir)
	if err != nil {
		return nil, err
	}
	t := &Try{dir: dir, number: last + 1, stop: make(chan struct{}), done: make(chan struct{})}
	if last > 0 {
		h, err := look(dir, last, expiry, boot)
		if err != nil {
			return nil, err
		}
		if h.alive {
			return nil, &HeldError{h.record, h.silent}
		}
		t.Broken = h.record.End == nil && (boot == "" || h.record.Boot != boot)
	}
	t.file, err = os.OpenFile(tryFile(dir, t.number), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, &HeldError{Record: Record{Host: "another machine"}}
	}
	if err != nil {
		return nil, err
	}
	lockFile(t.file) // before it says who it is; it helps where it works
	host, _ := os.Hostname()
	t.record = Record{Host: host, Boot: boot, PID: os.Getpid(), From: newest(dir), Start: time.Now().Round(time.Millisecond)}
	t.Killed = t.killedBefore()
	if err := t.write(); err != nil {
		t.file.Close()
		return nil, err
	}
	go t.beat(expiry/4, lost)
	return t, nil
}

// newest is the number of updates of the newest checkpoint of a cell's run, 0 if there is none.
func newest(dir string) int {
	r, err := run.Open(filepath.Join(dir, runDir))
	if err != nil {
		return 0
	}
	updates, err := r.Checkpoints()
	if err != nil || len(updates) == 0 {
		return 0
	}
	return updates[len(updates)-1]
}

// killedBefore counts for Killed.
func (t *Try) killedBefore() (n int) {
	for before := t.number - 1; before > 0; before-- {
		var r Record
		src, err := os.ReadFile(tryFile(t.dir, before))
		if err != nil || json.Unmarshal(src, &r) != nil || r.End != nil || r.From != t.record.From {
			break
		}
		n++
	}
	return n
}

// write writes the record in one piece, which makes the file system note the time.
func (t *Try) write() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, err := json.Marshal(t.record)
	if err != nil {
		return err
	}
	if _, err := t.file.WriteAt(append(b, '\n'), 0); err != nil { // it never becomes shorter
		return err
	}
	return t.file.Sync()
}

// beat shows that the try lives, until End or until it is overtaken.
func (t *Try) beat(every time.Duration, lost func()) {
	defer close(t.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-t.stop:
			return
		case <-tick.C:
			if last, err := lastTry(t.dir); err == nil && last > t.number {
				lost()
				return
			}
			_ = t.write() // what cannot be written now may be written the next time
		}
	}
}

// End gives the cell back, and notes with which status the process is going to exit, and why if that is not 0.
func (t *Try) End(exit int, reason string) error {
	close(t.stop)
	<-t.done
	now := time.Now().Round(time.Millisecond)
	t.mu.Lock()
	t.record.End, t.record.Exit, t.record.Reason = &now, exit, reason
	t.mu.Unlock()
	err := t.write()
	if e := t.file.Close(); err == nil {
		err = e
	}
	return err
}

// A holder is what is known of a try.
type holder struct {
	record Record
	alive  bool
	silent time.Duration
}

// look tells whether a try goes on.
func look(dir string, number int, expiry time.Duration, boot string) (holder, error) {
	path := tryFile(dir, number)
	src, err := os.ReadFile(path)
	if err != nil {
		return holder{}, err
	}
	var h holder
	if json.Unmarshal(src, &h.record) == nil && h.record.End != nil {
		return h, nil
	}
	if h.record.Boot != "" && h.record.Boot == boot {
		if free, known := isFree(path); known {
			h.alive = !free
			if free {
				return h, nil
			}
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return holder{}, err
	}
	now, err := timeThere(dir)
	if err != nil {
		return holder{}, err
	}
	h.silent = max(0, now.Sub(info.ModTime()))
	h.alive = h.alive || h.silent < expiry
	return h, nil
}

// timeThere is the time by the clock of the file system that has the directory.
func timeThere(dir string) (time.Time, error) {
	f, err := os.CreateTemp(dir, ".now-*")
	if err != nil {
		return time.Time{}, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.WriteString("now"); err != nil {
		return time.Time{}, err
	}
	if err := f.Sync(); err != nil {
		return time.Time{}, err
	}
	info, err := os.Stat(f.Name())
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func tryFile(dir string, number int) string {
	return filepath.Join(dir, fmt.Sprintf("try-%06d.json", number))
}

// lastTry is the highest number of a try, 0 if there is none.
func lastTry(dir string) (last int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.Name(), "try-%06d.json", &n); err == nil {
			last = max(last, n)
		}
	}
	return last, err
}

// boot tells running systems apart; "" where that is not known.
func boot() string {
	src, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // there on Linux alone
	return strings.TrimSpace(string(src))
}
