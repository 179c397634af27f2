package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
)

// The paper's Small-ImageNet, 37x37 grey images of 10 balanced classes, was
// never published. Its substitute is in MNIST's format, with a list of classes.
const (
	imageSetSize = 37
	classesFile  = "classes.json"
	maxClasses   = 256 // a label is a byte
)

// smallImageNet is the substitute; classes.json names its classes.
func smallImageNet() Kind {
	return Kind{Name: "smallimagenet", Title: "Small-ImageNet", Height: imageSetSize, Width: imageSetSize, Channels: 1, open: openSmallImageNet}
}

// openSmallImageNet reads a set of any number of images. The last tenth of the
// training files is for validation: the paper has 90,000 and 10,000.
func openSmallImageNet(_ context.Context, dir string) (*Data, error) {
	files := []string{trainImages, trainLabels, testImages, testLabels, classesFile}
	if dir == "" {
		return nil, &MissingError{Files: files}
	}
	dirs := []string{filepath.Join(dir, "smallimagenet"), filepath.Join(dir, "smallimagenet37")}
	if exists(filepath.Join(dir, classesFile)) { // without it these could be the files of MNIST
		dirs = append(dirs, dir)
	}
	paths, missing := find(dirs, nil, files)
	if missing != nil {
		return nil, missing
	}
	s := &Data{Kind: smallImageNet(), Files: paths}
	err := readFile(paths[4], func(r io.Reader) (err error) {
		s.Classes, err = readClasses(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	learn, err := s.readPair(fileReading(paths[0]), fileReading(paths[1]), 0)
	if err != nil {
		return nil, err
	}
	if learn.Len() < 10 {
		return nil, fmt.Errorf("%s: %d images, must be 10 or more, as every tenth is for validation", paths[0], learn.Len())
	}
	tests, err := s.readPair(fileReading(paths[2]), fileReading(paths[3]), 0)
	if err != nil {
		return nil, err
	}
	s.hold(learn, tests, learn.Len()/10)
	return s, nil
}

// classSource is a class of classes.json and where its images came from.
type classSource struct {
	name    string
	sources []string
}

// writeClasses writes a JSON object: a key for each class, in the order of their
// labels, with the list of its sources.
func writeClasses(w io.Writer, classes []classSource) error {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range classes {
		name, err := json.Marshal(c.name)
		if err != nil {
			return err
		}
		sources, err := json.MarshalIndent(c.sources, " ", " ")
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n %s: %s", name, sources)
	}
	b.WriteString("\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// readClasses returns the keys of classes.json in their order, which is that of
// the labels.
func readClasses(r io.Reader) ([]string, error) {
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if len(text) > most {
		return nil, fmt.Errorf("more than %d bytes", most)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("must be a JSON object with a key for each class")
	}
	var names []string
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, jsonError(err)
		}
		name := t.(string) // a key of an object, as the decoder has made sure
		var sources []string
		if err := dec.Decode(&sources); err != nil {
			return nil, fmt.Errorf("class %q: %w", name, jsonError(err))
		}
		if name == "" || slices.Contains(names, name) {
			return nil, fmt.Errorf("class %d is called %q, must have a name of its own", len(names), name)
		}
		names = append(names, name)
	}
	if _, err := dec.Token(); err != nil {
		return nil, jsonError(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("continues after the object of classes")
	}
	if len(names) < 2 || len(names) > maxClasses {
		return nil, fmt.Errorf("%d classes, must be 2 to %d", len(names), maxClasses)
	}
	return names, nil
}

// jsonError replaces EOF by a message that the text ended too soon.
func jsonError(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("the JSON ends too soon")
	}
	return err
}
