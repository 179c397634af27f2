package live

import (
	"fmt"
	"os"

	"glorot/experiments/run"
)

// A place is where a record is.
type place struct {
	file string // its path; "" for one in memory
	at   int64
	size int
	text []byte // of a record in memory
}

func (p place) exists() bool { return p.file != "" || p.text != nil }

// read decodes the record.
func (p place) read(record any) error {
	text := p.text
	if p.file != "" {
		file, err := os.Open(p.file)
		if err != nil {
			return err
		}
		defer file.Close()
		text = make([]byte, p.size)
		if _, err := file.ReadAt(text, p.at); err != nil {
			return err
		}
	}
	return run.Record{JSON: text}.Decode(record)
}

// changed says that another record is there now.
func (p place) changed() error { return fmt.Errorf("%s: has changed", p.file) }
