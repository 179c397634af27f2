// Package lab is a laboratory in the browser: a web server that shows the runs in a folder while they are trained, and starts, changes and
// compares them.
//
// The server only reads the directories of runs. Trainings are processes of their own: if the server or the page ends, they do not, and a
// server that is started later finds them again. So it shows runs of other processes, runs of a cluster on a shared disk, and finished archives
// in the same way.
package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"glorot/experiments/dataset"
	"glorot/experiments/live"
	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// Options configure a laboratory.
type Options struct {
	Dir     string       // the folder of the runs, which is created in an existing one if there is none
	Data    string       // the folder of the stored data sets
	Program []string     // the command that trains: the path of this program
	Note    func(string) // is called if the folder was made; may be nil
}

// A Lab serves the page and what it asks for. It may be used by several goroutines.
type Lab struct {
	o       Options
	dir     string // the folder without links
	runner  *runner.Runner
	tails   tails
	listing listing
	streams chan struct{} // has a place for each event stream

	bench, jacobians chan struct{} // have a place each, for one computation of an initial network and of the Jacobians of a run

	mu          sync.Mutex
	children    int             // processes that this laboratory has started and that still run
	interrupted map[holder]bool // processes that have been interrupted
	taken       map[string]bool // paths of runs that are about to be created
}

// New opens the laboratory of a folder.
func New(o Options) (*Lab, error) {
	if run.IsRun(o.Dir) || run.IsArchive(o.Dir) {
		return nil, &run.UsageError{Place: run.Place{File: o.Dir}, Problem: "is a run, expected: a folder of runs, such as " + filepath.Join(o.Dir, "..")}
	}
	err := os.Mkdir(o.Dir, 0o777)
	switch info, statErr := os.Stat(o.Dir); {
	case statErr == nil && !info.IsDir():
		return nil, &run.UsageError{Place: run.Place{File: o.Dir}, Problem: "is a file, expected: a folder of runs"}
	case errors.Is(err, fs.ErrNotExist):
		return nil, &run.UsageError{Place: run.Place{File: o.Dir}, Problem: "there is no such folder, and none in which it could be made"}
	case err != nil && !errors.Is(err, fs.ErrExist):
		return nil, err
	case err == nil && o.Note != nil:
		o.Note("made the folder " + o.Dir + ", as there was none")
	}
	dir, err := filepath.Abs(o.Dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return nil, err
	}
	l := &Lab{o: o, dir: dir, runner: &runner.Runner{Data: dataset.NewLibrary(o.Data)}, streams: make(chan struct{}, maxStreams),
		bench: make(chan struct{}, 1), jacobians: make(chan struct{}, 1), interrupted: map[holder]bool{}, taken: map[string]bool{}}
	l.listing.lister, l.listing.begin = live.NewLister(dir), rand.Text()
	l.tails.open = map[string]*tail{}
	return l, nil
}

// The port at which the laboratory is served if no address is given, or the first free one after it.
const (
	firstPort = 8010
	tryPorts  = 50
)

// Listen opens an address HOST:PORT. The address "" means the first free port of this machine, from 8010 on.
func Listen(addr string) (net.Listener, error) {
	if addr != "" {
		_, port, err := net.SplitHostPort(addr)
		if err == nil {
			_, err = net.LookupPort("tcp", port)
		}
		if err != nil {
			return nil, &run.UsageError{Problem: fmt.Sprintf("--addr %s; want HOST:PORT, such as 127.0.0.1:8010", addr)}
		}
		return net.Listen("tcp", addr)
	}
	var err error
	for port := firstPort; port < firstPort+tryPorts; port++ {
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("no port from %d to %d is free: %w", firstPort, firstPort+tryPorts-1, err)
}

// Serve serves the laboratory on a listener until the context ends. It calls ready with the address of the page, which has the token that a
// server needs that other machines can reach.
func (l *Lab) Serve(ctx context.Context, on net.Listener, ready func(url string)) error {
	addr, err := netip.ParseAddrPort(on.Addr().String())
	if err != nil {
		return err
	}
	g := newGuard(l.routes(), addr.Addr().Unmap())
	host := addr.Addr().Unmap()
	if host.IsUnspecified() {
		host = ownAddress()
	}
	url := fmt.Sprintf("http://%s/", netip.AddrPortFrom(host, addr.Port()))
	if g.token != "" {
		url += "?token=" + g.token
	}
	s := &http.Server{Handler: g, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	ready(url)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(on) }()
	go l.warm(ctx)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer stop()
	if err := s.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return s.Close()
}

// ownAddress is an address by which other machines reach this one, or that of the loopback if it has none.
func ownAddress() netip.Addr {
	all, _ := net.InterfaceAddrs() // without any there is only the loopback
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() && p.Addr().IsGlobalUnicast() {
			return p.Addr()
		}
	}
	return netip.MustParseAddr("127.0.0.1")
}

// warm makes the images of the first network before somebody asks for it.
func (l *Lab) warm(ctx context.Context) {
	_, _ = l.runner.Data.Open(ctx, dataset.ShapesetName) // an error is reported to whoever asks
}
