package paper

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
	"slices"

	"glorot/experiments/paper/results"
	"glorot/experiments/run/atomicfile"
)

// A memo keeps measurements that do not belong to a run, of networks before training and of the support vector machine, as JSON files in the
// folder of the store. Everything that determines a measurement is in its key. A memo without a folder keeps nothing.
type memo struct {
	dir  string
	kept fs.FS // read if the folder does not have a file; may be nil
}

// measurement is one file. It has the key, so that it says what it is, and the sum of both, so that it shows damage.
type measurement struct {
	Key   json.RawMessage `json:"key"`
	Sum   string          `json:"sha256"` // files of earlier versions have none
	Value json.RawMessage `json:"value"`
}

// sumOf returns the SHA-256 of a key and a value as they stand in the file.
func sumOf(key, value []byte) string {
	sum := sha256.Sum256(slices.Concat(key, value))
	return hex.EncodeToString(sum[:])
}

// errCarried says that a file is damaged which the program carries, so that nothing that it draws can be trusted.
var errCarried = errors.New("this program carries a damaged file")

// get reads the measurement for key into value, a pointer, and reports whether there is one. If the file is damaged or has another key, the error
// names it, and is an errCarried if the program carries the file.
func (m memo) get(name string, key, value any) (bool, error) {
	text, file, err := locate(name, key)
	if err != nil {
		return false, err
	}
	path, src, carried, err := m.read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := decode(path, src, text, value); err != nil {
		if carried {
			err = fmt.Errorf("%w: %w", errCarried, err)
		}
		return false, err
	}
	return true, nil
}

// decode reads the measurement for a key, which is at path, into value.
func decode(path string, src, key []byte, value any) error {
	var found measurement
	if err := json.Unmarshal(src, &found); err != nil {
		return fmt.Errorf("%s is not a measurement: %w", path, err)
	}
	if string(found.Key) != string(key) {
		return fmt.Errorf("%s: it holds the measurement of %s, expected that of %s", path, found.Key, key)
	}
	if sum := sumOf(found.Key, found.Value); found.Sum != "" && found.Sum != sum {
		return fmt.Errorf("%s is damaged: its SHA-256 is %s, and it says %s", path, sum, found.Sum)
	}
	if err := json.Unmarshal(found.Value, value); err != nil {
		return fmt.Errorf("%s: value: %w", path, err)
	}
	return nil
}

// read reads a file from the folder or from what the program carries.
func (m memo) read(file string) (path string, src []byte, carried bool, err error) {
	err = fs.ErrNotExist
	if m.dir != "" {
		path = filepath.Join(m.dir, file)
		src, err = os.ReadFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) && m.kept != nil {
		path, carried = filepath.Join(results.Dir, file), true
		src, err = fs.ReadFile(m.kept, file)
	}
	return path, src, carried, err
}

// put keeps value as the measurement for key. The file is written whole or not at all.
func (m memo) put(name string, key, value any) error {
	if m.dir == "" {
		return nil
	}
	text, file, err := locate(name, key)
	if err != nil {
		return err
	}
	v, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("measurement of %s: %w", name, err)
	}
	if err := os.MkdirAll(m.dir, 0o777); err != nil {
		return fmt.Errorf("keeping the measurement of %s: %w", name, err)
	}
	return atomicfile.Write(filepath.Join(m.dir, file), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "{\"key\":%s,\n\"sha256\":%q,\n\"value\":%s}\n", text, sumOf(text, v), v)
		return err
	})
}

// locate returns the key as JSON and the name of its file, NAME-HASH.json.
func locate(name string, key any) (text []byte, file string, err error) {
	if text, err = json.Marshal(key); err != nil {
		return nil, "", fmt.Errorf("key of %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	return text, name + "-" + hex.EncodeToString(sum[:6]) + ".json", nil
}
