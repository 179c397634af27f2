// Package cache keeps what a long computation came to, so that it is not done twice. What determines a result is its
// key; results are JSON files in a folder, readable and small enough to be kept in a repository.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"glorot/experiments/run/atomicfile"
)

// A Cache is a folder of results. The zero Cache keeps nothing. Several processes may use one folder.
type Cache struct{ dir string }

// Open returns the cache in dir, a folder that is made when the first result is kept. An empty dir keeps nothing.
func Open(dir string) Cache { return Cache{dir} }

// Dir returns the folder, "" if nothing is kept.
func (c Cache) Dir() string { return c.dir }

// entry is one file. The key is in it, so that a file tells what it is, and that two keys of one hash could not be
// taken for each other.
type entry struct {
	Key   json.RawMessage `json:"key"`
	Value json.RawMessage `json:"value"`
}

// Get reads the result of key into value, a pointer, and reports whether there is one. Key is anything that encoding/json
// takes, name the beginning of the file's name. A file that is damaged, or another key's, is no result and an error that
// names it: who goes on puts a new one in its place.
func (c Cache) Get(name string, key, value any) (bool, error) {
	if c.dir == "" {
		return false, nil
	}
	text, path, err := c.locate(name, key)
	if err != nil {
		return false, err
	}
	file, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var e entry
	if err := json.Unmarshal(file, &e); err != nil {
		return false, fmt.Errorf("%s is no kept result: %w", path, err)
	}
	if err := sameKey(e.Key, text); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	if err := json.Unmarshal(e.Value, value); err != nil {
		return false, fmt.Errorf("%s: value: %w", path, err)
	}
	return true, nil
}

// sameKey compares the key of a file with the one that was asked for.
func sameKey(found, want []byte) error {
	var v any
	if err := json.Unmarshal(found, &v); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	var w any
	if err := json.Unmarshal(want, &w); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	a, _ := json.Marshal(v) // what was unmarshalled marshals
	b, _ := json.Marshal(w)
	if string(a) != string(b) {
		return fmt.Errorf("it holds the result of %s, want that of %s", a, b)
	}
	return nil
}

// Put keeps value as the result of key. The file is there whole or not at all.
func (c Cache) Put(name string, key, value any) error {
	if c.dir == "" {
		return nil
	}
	text, path, err := c.locate(name, key)
	if err != nil {
		return err
	}
	v, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("result of %s: %w", name, err)
	}
	if err := os.MkdirAll(c.dir, 0o777); err != nil {
		return fmt.Errorf("keeping the result of %s: %w", name, err)
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "{\"key\":%s,\n\"value\":%s}\n", text, v)
		return err
	})
}

// locate returns the key as JSON and the path of its file, NAME-HASH.json.
func (c Cache) locate(name string, key any) (text []byte, path string, err error) {
	if text, err = json.Marshal(key); err != nil {
		return nil, "", fmt.Errorf("key of %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	return text, filepath.Join(c.dir, name+"-"+hex.EncodeToString(sum[:6])+".json"), nil
}
