package lab

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glorot/experiments/run"
	"glorot/experiments/runner"
)

// A laboratory is that of a folder: what is a run, a file, or in no folder is refused, and nothing is made.
func TestFolder(t *testing.T) {
	l := open(t, "a")
	file := filepath.Join(l.dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{filepath.Join(l.dir, "a"): "is a run", file: "is a file", filepath.Join(l.dir, "no", "such"): "there is no such folder"} {
		var use *run.UsageError
		if _, err := New(Options{Dir: path}); !errors.As(err, &use) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error that it %s", path, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(l.dir, "no")); err == nil {
		t.Error("a folder was made")
	}
	if _, err := New(Options{Dir: filepath.Join(l.dir, "new")}); err != nil {
		t.Error(err)
	}
}

// A server of all addresses says one by which other machines reach it, if there is one.
func TestUnspecifiedAddress(t *testing.T) {
	on, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var url string
	if err := open(t).Serve(ctx, on, func(u string) { url = u; stop() }); err != nil && !errors.Is(err, http.ErrServerClosed) {
		t.Fatal(err)
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/?token=")
	addr, err := netip.ParseAddrPort(host)
	if err != nil || addr.Addr().IsUnspecified() {
		t.Fatal(url, err)
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	outside := false
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		outside = outside || err == nil && p.Addr().Is4() && p.Addr().IsGlobalUnicast()
	}
	if outside == addr.Addr().IsLoopback() {
		t.Errorf("%s of %v", url, all)
	}
}

// One's own data that cannot be read are the fault of whoever asks for them.
func TestOwnDataRefused(t *testing.T) {
	s := serve(t, open(t))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "text"), []byte("no table\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"text", "none", ""} {
		if status := ask(t, s, "/api/initial?set=data.path="+filepath.Join(dir, name), nil); status != http.StatusBadRequest {
			t.Errorf("%q: status %d", name, status)
		}
	}
}

// The filter knows the words by which the page calls statuses.
func TestPageStatuses(t *testing.T) {
	l := open(t)
	c := small(t)
	for _, name := range []string{"paused", "stopped"} {
		ctx, stop := context.WithCancel(t.Context())
		if _, err := l.runner.Do(ctx, filepath.Join(l.dir, name), c, func(runner.Point) { stop() }); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if err := noteStopped(filepath.Join(l.dir, "stopped"), true); err != nil {
		t.Fatal(err)
	}
	s := serve(t, l)
	for where, want := range map[string]string{"status=paused": "paused", "status=stopped": "stopped", "status=training": "", "status=interrupted&where=status=paused": "paused"} {
		var list Listing
		ask(t, s, "/api/runs?where="+where, &list)
		got := ""
		for _, r := range list.Runs {
			got += r.Name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", where, got, want)
		}
	}
}
