package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"glorot/experiments/run/atomicfile"
)

// remote is a file as it was published.
type remote struct {
	name   string
	bytes  int64
	sha256 string
}

// publication is where a data set was published: a file's address is that of a folder, a slash and its name.
type publication struct {
	folders []string
	files   []remote
}

// Progress is how far the download of a file has come.
type Progress struct {
	File        string
	Done, Total int64 // bytes; Done includes what existed before
}

// Fetch downloads the files of a data set that is [Kind.Public] to the folder of that name in dir,
// and makes the folder if need be. It tries the folders at the addresses one after the other, or
// the public sources if there are no addresses. An incomplete download is kept as NAME.part, and
// the next attempt continues it. A file gets its name only if its SHA-256 is the published one. An
// existing file is left as it is; if its SHA-256 differs, that is an error. Nothing is downloaded
// if [Open] finds the set, in these files or in others. Progress, which may be nil, is called after
// each piece. Fetch returns how many files it downloaded; the error is one line.
func Fetch(ctx context.Context, name, dir string, addresses []string, progress func(Progress)) (downloaded int, err error) {
	kind, err := KindByName(name)
	if err == nil && !kind.Public() {
		err = errors.New("it has no public source")
	}
	if err != nil {
		return 0, fmt.Errorf("fetch %s: %w", name, err)
	}
	source := kind.published
	if len(addresses) == 0 {
		addresses = source.folders
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	f := &fetcher{addresses: addresses, progress: progress, patience: 30 * time.Second}
	if set, missing := Open(ctx, name, dir); missing == nil {
		err = f.compare(set.Files, source.files)
	} else {
		err = f.fetch(ctx, filepath.Join(dir, name), source.files)
	}
	if err != nil {
		err = fmt.Errorf("fetch %s: %w", name, err)
	}
	return f.downloaded, err
}

type fetcher struct {
	addresses  []string
	progress   func(Progress)
	patience   time.Duration // without a byte
	downloaded int           // files
}

// compare returns an error if one of the paths has the name of a published file but another
// content.
func (f *fetcher) compare(paths []string, files []remote) error {
	for _, path := range paths {
		for _, file := range files {
			if file.name != filepath.Base(path) {
				continue
			}
			if err := f.there(path, file); err != nil {
				return err
			}
		}
	}
	return nil
}

// there returns an error if the path is not the published file.
func (f *fetcher) there(path string, file remote) error {
	sum, size, err := sumFile(path)
	if err != nil {
		return err
	}
	if sum != file.sha256 {
		return fmt.Errorf("%s is not the published file: SHA-256 is %s, published %s; move it away", path, sum, file.sha256)
	}
	f.progress(Progress{file.name, size, size})
	return nil
}

func (f *fetcher) fetch(ctx context.Context, dir string, files []remote) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, file := range files {
		path := filepath.Join(dir, file.name)
		err := f.there(path, file)
		if errors.Is(err, fs.ErrNotExist) {
			if err = f.file(ctx, path, file); err == nil {
				f.downloaded++
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// file tries one address after the other until the file is at path.
func (f *fetcher) file(ctx context.Context, path string, file remote) error {
	part, err := os.OpenFile(path+".part", os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		info, err := part.Stat()
		part.Close()
		if err == nil && info.Size() == 0 {
			os.Remove(part.Name())
		}
	}()
	var failed []string
	reached := false
	for _, address := range f.addresses {
		d := &download{fetcher: f, address: strings.TrimSuffix(address, "/") + "/" + file.name, file: file, part: part}
		err := d.run(ctx)
		if err == nil {
			return d.finish(path)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: stopped after %d of %d bytes, which are kept: %w", file.name, d.have, file.bytes, context.Cause(ctx))
		}
		failed = append(failed, fmt.Sprintf("%s: %v", d.address, err))
		var op *net.OpError
		reached = reached || !errors.As(err, &op) || op.Op == "read" || op.Op == "write"
	}
	if !reached {
		failed[0] = "no server can be reached; is there a network connection? " + failed[0]
	}
	return errors.New(strings.Join(failed, "; "))
}

// download is one file from one address.
type download struct {
	*fetcher
	address string
	file    remote
	part    *os.File
	have    int64 // bytes in part
	own     bool  // all of them come from this address
}

// maxAttempts limits how often a connection may break.
const maxAttempts = 50

// run fills part with the published file, or returns an error. After a broken
// connection it continues, as long as it makes progress. If the earlier content of
// part does not fit it starts again from the beginning, once.
func (d *download) run(ctx context.Context) error {
	info, err := d.part.Stat()
	if err != nil {
		return err
	}
	d.have = info.Size()
	if d.have > d.file.bytes {
		if err := d.restart(); err != nil {
			return err
		}
	}
	for range maxAttempts {
		before, own := d.have, d.own
		err = d.attempt(ctx)
		if err == nil {
			if err = d.verify(); err == nil {
				return nil
			}
			own = own || d.own
			if err := d.restart(); err != nil {
				return err
			}
		}
		if further, anew := d.have > before, d.own && !own; !further && !anew {
			return err
		}
	}
	return fmt.Errorf("the connection broke %d times: %w", maxAttempts, err)
}

// verify returns an error if part is not the published file.
func (d *download) verify() error {
	sum, _, err := sumFile(d.part.Name())
	if err == nil && sum != d.file.sha256 {
		err = fmt.Errorf("not the published file: SHA-256 is %s, published %s", sum, d.file.sha256)
	}
	return err
}

// restart discards the downloaded bytes.
func (d *download) restart() error {
	d.have, d.own = 0, true
	return d.part.Truncate(0)
}

// attempt asks for the missing bytes, and appends them to part.
func (d *download) attempt(ctx context.Context) error {
	if d.have == d.file.bytes {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := time.AfterFunc(d.patience, func() { cancel(fmt.Errorf("no data for %v", d.patience)) })
	defer patience.Stop()
	response, err := d.ask(ctx)
	if err != nil {
		return reason(ctx, err)
	}
	defer response.Body.Close()
	if err := d.check(response); err != nil {
		return err
	}
	piece := make([]byte, 1<<16)
	for d.have < d.file.bytes {
		n, err := response.Body.Read(piece[:min(int64(len(piece)), d.file.bytes-d.have)])
		patience.Reset(d.patience)
		if _, err := d.part.WriteAt(piece[:n], d.have); err != nil {
			return err
		}
		d.have += int64(n)
		if n > 0 {
			d.progress(Progress{d.file.name, d.have, d.file.bytes})
		}
		if err != nil && d.have < d.file.bytes {
			return fmt.Errorf("after %d of %d bytes: %w", d.have, d.file.bytes, reason(ctx, err))
		}
	}
	return nil
}

func (d *download) ask(ctx context.Context) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept-Encoding", "identity") // the file without compression
	if d.have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", d.have))
	}
	return http.DefaultClient.Do(request)
}

// check makes sure that the answer continues part at d.have. If the answer is the
// file from its beginning, check empties part first.
func (d *download) check(response *http.Response) error {
	switch response.StatusCode {
	case http.StatusOK:
		if n := response.ContentLength; n >= 0 && n != d.file.bytes {
			return fmt.Errorf("the file has %d bytes, the published one %d", n, d.file.bytes)
		}
		return d.restart()
	case http.StatusPartialContent:
		want := fmt.Sprintf("bytes %d-%d/%d", d.have, d.file.bytes-1, d.file.bytes)
		if got := response.Header.Get("Content-Range"); got != want {
			return fmt.Errorf("the answer has range %q, must have %q", got, want)
		}
		return nil
	case http.StatusRequestedRangeNotSatisfiable:
		if err := d.restart(); err != nil { // part was too long
			return err
		}
	}
	return fmt.Errorf("the answer is %s", response.Status)
}

// finish gives the file its name.
func (d *download) finish(path string) error {
	for _, step := range []func() error{
		d.part.Sync,
		d.part.Close,
		func() error { return os.Rename(d.part.Name(), path) },
		func() error { return atomicfile.SyncDir(filepath.Dir(path)) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// reason says why a request failed, without the address.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("the connection broke")
	}
	return err
}

// Fetched is a data set after [Fetch].
type Fetched struct {
	Downloaded int `json:"downloaded"` // files; 0 if the set existed
	*Info
}

// String says what was downloaded and where it is.
func (f Fetched) String() string {
	kind := "with the published SHA-256"
	if slices.ContainsFunc(f.Files, func(x FileInfo) bool { return !x.Published }) {
		kind = "files other than the published ones"
	}
	count := func(n int) string {
		if n == 1 {
			return "1 file"
		}
		return fmt.Sprintf("%d files", n)
	}
	files, dir := count(len(f.Files)), filepath.Dir(f.Files[0].Path)
	if f.Downloaded == 0 {
		return fmt.Sprintf("%s exists already: %s in %s, %s", f.Name, files, dir, kind)
	}
	return fmt.Sprintf("%s: %s downloaded, now %s in %s, %s", f.Name, count(f.Downloaded), files, dir, kind)
}
