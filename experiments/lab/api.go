package lab

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
)

//go:embed page
var page embed.FS

// routes is the page and what it asks for.
func (l *Lab) routes() http.Handler {
	m := http.NewServeMux()
	files, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // page is embedded
	}
	_ = mime.AddExtensionType(".js", "text/javascript") // some systems map it to something that browsers refuse
	static := http.FileServerFS(files)
	m.Handle("GET /", static)
	get := func(path string, f func(*http.Request) (any, error)) { m.Handle("GET "+path, answer(f)) }
	get("/api/bench", func(*http.Request) (any, error) { return l.benchControls(), nil })
	get("/api/initial", l.initial)
	m.Handle("GET /api/runs", l.listing.ifChanged(answer(l.runs)))
	get("/api/history", l.named(func(ctx context.Context, path string, _ *http.Request) (any, error) { return l.history(ctx, path) }))
	get("/api/confusion", l.named(l.confusions))
	m.HandleFunc("GET /api/histograms.csv", l.csv)
	m.HandleFunc("GET /api/events", func(w http.ResponseWriter, r *http.Request) {
		if err := l.events(w, r); err != nil {
			fail(w, err)
		}
	})
	m.Handle("POST /api/jacobians", answer(l.spectrum))
	for name, do := range l.actions() {
		m.Handle("POST /api/"+name, l.act(do))
	}
	return m
}

// An Order asks for a change.
type Order struct {
	Run     string   `json:"run"`
	Name    string   `json:"name"`    // of a new run, or a new name; "" means that of what is trained
	Set     []string `json:"set"`     // KEY=VALUE
	At      *int     `json:"at"`      // the update of a fork, where nil means the newest checkpoint, or of Jacobians
	Updates int      `json:"updates"` // the length of an extended run
	Tags    []string `json:"tags"`
}

// A Done answers an order with the name of the run that it is about now.
type Done struct {
	Run string `json:"run"`
}

func (l *Lab) actions() map[string]func(ctx context.Context, o Order) (string, error) {
	on := func(f func(ctx context.Context, path string, o Order) (string, error)) func(context.Context, Order) (string, error) {
		return func(ctx context.Context, o Order) (string, error) {
			path, err := l.path(o.Run)
			if err != nil {
				return "", err
			}
			return f(ctx, path, o)
		}
	}
	same := func(f func(ctx context.Context, path string, o Order) error) func(context.Context, Order) (string, error) {
		return on(func(ctx context.Context, path string, o Order) (string, error) { return o.Run, f(ctx, path, o) })
	}
	return map[string]func(context.Context, Order) (string, error){
		"start": l.begin,
		"fork":  on(l.fork),
		"pause": same(func(ctx context.Context, path string, _ Order) error { return l.interrupt(ctx, path) }),
		"stop": same(func(ctx context.Context, path string, _ Order) error {
			if err := l.interrupt(ctx, path); err != nil {
				return err
			}
			return noteStopped(path, true)
		}),
		"continue": same(func(ctx context.Context, path string, _ Order) error { return l.resume(ctx, path) }),
		"extend": same(func(ctx context.Context, path string, o Order) error {
			return l.resume(ctx, path, "train.updates="+strconv.Itoa(o.Updates))
		}),
		"tag":     same(func(_ context.Context, path string, o Order) error { return l.tag(path, o.Tags) }),
		"rename":  on(func(_ context.Context, path string, o Order) (string, error) { return l.rename(path, o.Name) }),
		"delete":  on(func(_ context.Context, path string, _ Order) (string, error) { return l.remove(path) }),
		"restore": func(_ context.Context, o Order) (string, error) { return l.restore(o.Run) },
	}
}

// begin starts a new run.
func (l *Lab) begin(ctx context.Context, o Order) (string, error) {
	c, err := configuration(o.Set)
	if err != nil {
		return "", err
	}
	name := o.Name
	if name == "" {
		name = c.Name()
	}
	return l.create(ctx, name, func(out string) []string { return withSet([]string{"train", "--out", out}, o.Set) })
}

// fork starts a run that continues another one with another configuration. Without an update it interrupts the other run, so that it writes a
// checkpoint, and continues from there.
func (l *Lab) fork(ctx context.Context, from string, o Order) (string, error) {
	if err := mustBeOwn(from); err != nil {
		return "", err
	}
	at := 0
	if o.At != nil {
		at = *o.At
	} else {
		if err := l.interrupt(ctx, from); err != nil {
			return "", err
		}
		i, err := l.info(from)
		if err != nil {
			return "", err
		}
		if n := len(i.Checkpoints); n > 0 {
			at = i.Checkpoints[n-1]
		}
	}
	name := o.Name
	if name == "" {
		name = fmt.Sprintf("%s-at-%d", path.Base(l.name(from)), at)
	}
	return l.create(ctx, name, func(out string) []string {
		return withSet([]string{"fork", from, "--at", strconv.Itoa(at), "--out", out}, o.Set)
	})
}

// mustBeOwn returns an error if another program trained a run.
func mustBeOwn(path string) error {
	if !run.IsRecorded(path) {
		return nil
	}
	r, err := run.Open(path)
	if err != nil {
		return err
	}
	return r.MustBeOwn()
}

func withSet(args, set []string) []string {
	for _, s := range set {
		args = append(args, "--set", s)
	}
	return args
}

// create starts a process that makes a run of a name.
func (l *Lab) create(ctx context.Context, name string, args func(out string) []string) (string, error) {
	out, err := l.free(l.dir, name)
	if err != nil {
		return "", err
	}
	defer l.release(out)
	return l.name(out), l.start(ctx, out, args(out)...)
}

// resume continues a run, perhaps to another length.
func (l *Lab) resume(ctx context.Context, path string, set ...string) error {
	if err := mustBeOwn(path); err != nil {
		return err
	}
	if err := l.idle(path); err != nil {
		return err
	}
	if run.IsArchive(path) {
		return refuse(http.StatusConflict, "an archive has no checkpoint from which it could continue")
	}
	if err := noteStopped(path, false); err != nil {
		return err
	}
	return l.start(ctx, path, withSet([]string{"train", "--resume", path}, set)...)
}

// named passes the path of the run that a request names.
func (l *Lab) named(f func(ctx context.Context, path string, r *http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		path, err := l.path(r.URL.Query().Get("run"))
		if err != nil {
			return nil, err
		}
		return f(r.Context(), path, r)
	}
}

// answer writes what a function returns as JSON.
func answer(f func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := f(r)
		if err != nil {
			fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // a client that has left does not read it
	})
}

func (l *Lab) act(do func(context.Context, Order) (string, error)) http.Handler {
	return answer(func(r *http.Request) (any, error) {
		o, err := read(r)
		if err != nil {
			return nil, err
		}
		name, err := do(context.WithoutCancel(r.Context()), o) // a reader who leaves does not undo it
		l.listing.expire()
		return Done{name}, err
	})
}

// read reads the order of a request.
func read(r *http.Request) (o Order, err error) {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return o, refuse(http.StatusBadRequest, "the order cannot be read: %w", err)
	}
	return o, nil
}

// fail answers with an error as JSON.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var use *run.UsageError
	var absent *dataset.NoSuchPathError
	var broken *dataset.BrokenError
	var missing *dataset.MissingError
	var large *http.MaxBytesError
	switch r := (refusal{}); {
	case errors.As(err, &large):
		status = http.StatusRequestEntityTooLarge
	case errors.As(err, &r):
		status = r.status
	case errors.As(err, &use), errors.As(err, &absent), errors.As(err, &broken), errors.As(err, &missing):
		status = http.StatusBadRequest
	case errors.Is(err, context.Canceled):
		status = 499 // nobody reads the answer
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": strings.TrimPrefix(err.Error(), "--set ")})
}

// sets are the assignments of a request, at most one for each key.
func sets(r *http.Request) []string {
	list := r.URL.Query()["set"]
	return slices.Clip(list[:min(len(list), 200)])
}
