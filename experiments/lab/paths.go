package lab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"glorot/experiments/run"
)

// A refusal is an answer to a request that cannot be fulfilled, with its HTTP status.
type refusal struct {
	status int
	error
}

func refuse(status int, format string, args ...any) error {
	return refusal{status, fmt.Errorf(format, args...)}
}

// Unwrap returns the reason.
func (r refusal) Unwrap() error { return r.error }

// path returns the path of the run of a name, which is that of a run or an archive in the laboratory's folder. Neither the name nor a link in the
// folder leads out of it.
func (l *Lab) path(name string) (string, error) {
	path, err := l.inside(name)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return "", refuse(404, "%s: was deleted", name)
	}
	if !run.IsRun(path) && !run.IsArchive(path) {
		return "", refuse(404, "%s: is not a run", name)
	}
	return path, nil
}

// inside returns the path of something in the folder.
func (l *Lab) inside(name string) (string, error) {
	local := filepath.FromSlash(name)
	if !filepath.IsLocal(local) || local == "." || filepath.Clean(local) != local || strings.ContainsRune(name, 0) {
		return "", refuse(400, "%q: is not a name of a run", name)
	}
	path := filepath.Join(l.dir, local)
	real, err := filepath.EvalSymlinks(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", refuse(404, "%s: there is no such run", name)
	case err != nil:
		return "", refuse(400, "%q: is not a name of a run", name)
	}
	if real != path {
		return "", refuse(403, "%s: is a link", name)
	}
	return path, nil
}

// free returns a path for a run in a folder: the wanted name, or that name with a number if it is taken. No other request gets the path until it is
// released.
func (l *Lab) free(dir, name string) (string, error) {
	for _, r := range name {
		if !(r == '-' || r == '_' || r == '.' || r == '+' || r == ' ' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return "", refuse(400, "%q: allowed in the name of a run: letters, digits, spaces and - _ . +", name)
		}
	}
	if name == "" || len(name) > 120 || strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name || run.IsArchive(name) {
		return "", refuse(400, "%q: allowed as the name of a run: 1 to 120 characters that do not begin with a dot", name)
	}
	for i := 1; i < 10_000; i++ {
		path := filepath.Join(dir, name)
		if i > 1 {
			path = fmt.Sprintf("%s-%d", path, i)
		}
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) && l.take(path) {
			return path, nil
		}
	}
	return "", refuse(409, "%s: there are too many runs of this name", name)
}

// take reserves a path, unless another request has it.
func (l *Lab) take(path string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken[path] {
		return false
	}
	l.taken[path] = true
	return true
}

func (l *Lab) release(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.taken, path)
}

// name is the name of a run on the page: its path in the folder, with slashes.
func (l *Lab) name(path string) string {
	name, err := filepath.Rel(l.dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(name)
}
