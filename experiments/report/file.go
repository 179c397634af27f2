package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// dpi is the resolution of the PNG files: 1.4 times that of a sharp screen's
// 144 dots an inch.
const dpi = 200

// WritePNG draws the figure as a PNG image of 200 dots an inch.
func (f Figure) WritePNG(w io.Writer) error { return f.writePNG(w, dpi) }

func (f Figure) writePNG(w io.Writer, dpi int) error {
	if err := f.Validate(); err != nil {
		return err
	}
	l := f.layout()
	c := vgimg.NewWith(vgimg.UseWH(l.width, l.height), vgimg.UseDPI(dpi))
	f.draw(draw.New(c), l)
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// Save writes ID.png and ID.svg in the directory, each whole or not at all,
// and returns their names.
func (f Figure) Save(dir string) ([]string, error) {
	var names []string
	for _, format := range []struct {
		extension string
		write     func(io.Writer) error
	}{{".png", f.WritePNG}, {".svg", f.WriteSVG}} {
		var b bytes.Buffer
		if err := format.write(&b); err != nil {
			return nil, err
		}
		name := f.ID + format.extension
		if err := WriteFile(filepath.Join(dir, name), b.Bytes()); err != nil {
			return nil, fmt.Errorf("report: figure %s: %w", f.ID, err)
		}
		names = append(names, name)
	}
	return names, nil
}

// WriteFile writes the file by way of a temporary one beside it, so that at
// every moment the path holds the whole old content or the whole new one.
func WriteFile(path string, content []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if _, err := tmp.Write(content); err != nil {
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
