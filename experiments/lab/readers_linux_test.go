package lab

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"glorot/experiments/run"
)

// processorTime is what this process has used.
func processorTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFortyReaders trains the network with which the bench begins, and then adds its snapshots to its log at the pace at which it made them,
// while forty pages in another process follow it. It reports the processor time of the server as a share of the training's own.
func BenchmarkFortyReaders(b *testing.B) {
	l := open(b)
	const updates, every = 1000, 100
	c := small(b, append(begins, fmt.Sprint("train.updates=", updates), fmt.Sprint("observe.every=", every), "train.batch=10", "observe.examples=300")...)
	begin := processorTime(b)
	made(b, filepath.Join(l.dir, "a"), c)
	training := (processorTime(b) - begin) / (updates / every) // for each snapshot
	log := filepath.Join(l.dir, "a", run.LogFile)
	src, err := os.ReadFile(log)
	if err != nil {
		b.Fatal(err)
	}
	snapshot := lastSnapshot(src)
	s := serve(b, l)
	pages := exec.Command(os.Args[0], "-test.run=^TestFortyPages$")
	pages.Env = append(os.Environ(), "LAB_ADDRESS="+s.Listener.Addr().String(), fmt.Sprint("LAB_OFFSET=", len(src)))
	pages.Stderr = os.Stderr
	stop, err1 := pages.StdinPipe()
	out, err2 := pages.StdoutPipe()
	if err := errors.Join(err1, err2, pages.Start()); err != nil {
		b.Fatal(err)
	}
	time.Sleep(4 * tailEvery) // all of them are connected
	f, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	idle := processorTime(b)
	snapshots := 0
	for b.Loop() {
		if _, err := f.WriteString(snapshot); err != nil {
			b.Fatal(err)
		}
		snapshots++
		time.Sleep(training)
	}
	time.Sleep(2 * tailEvery) // the last ones arrive
	serving := (processorTime(b) - idle) / time.Duration(snapshots)
	stop.Close()
	var received int64
	if _, err := fmt.Fscan(out, &received); err != nil || received < int64(40*snapshots*1000) {
		b.Fatalf("40 pages receive %d bytes of %d snapshots, %v", received, snapshots, err)
	}
	b.ReportMetric(100*float64(serving)/float64(training), "%-of-training")
	b.ReportMetric(float64(serving.Microseconds()), "serving-µs/snapshot")
	b.ReportMetric(float64(training.Microseconds()), "training-µs/snapshot")
}

// TestFortyPages is the process of the pages: it prints how many bytes they have received when its input ends.
func TestFortyPages(t *testing.T) {
	addr := os.Getenv("LAB_ADDRESS")
	if addr == "" {
		t.Skip("is a part of BenchmarkFortyReaders")
	}
	var received atomic.Int64
	for range 40 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET /api/events?run=a&from=%s HTTP/1.1\r\nHost: %s\r\n\r\n", os.Getenv("LAB_OFFSET"), addr)
		go io.Copy(counter{&received}, conn)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Fatal(err)
	}
	fmt.Println(received.Load())
}

type counter struct{ n *atomic.Int64 }

func (c counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return len(p), nil
}
