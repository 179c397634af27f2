package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"glorot/experiments/memory"
)

// OwnName is the name of data that [OpenOwn] reads, which are not one of [Kinds].
const OwnName = "own"

// OwnOptions choose what [OpenOwn] makes of files.
type OwnOptions struct {
	Split    [3]float64 // shares of the training, validation and test examples, for splits that the files do not have
	Seed     uint64     // of these splits
	Size     int        // pictures become squares of Size x Size pixels; 0 means that all have one size, which stays
	Channels int        // of pictures: 1 for greys, 3 for red, green and blue, and 0 for colours if any picture has some
}

// OpenOwn reads labelled examples of one's own from a file or a folder:
//
//   - an .npz file with X and y, images and labels, data and target, or x_train, y_train, x_test, y_test, x_valid and y_valid. An example may
//     be a row of features, a grey image [height, width] or a colour image [height, width, 3]. Labels are whole numbers, words or one-hot rows.
//   - a .csv file, or a folder with train.csv, valid.csv and test.csv. The label is in the column called label, class, target or y, or else in
//     the last one; all other columns are numbers. The first line may be a header. Commas, semicolons or tabs separate the columns.
//   - a folder with pairs of IDX files such as train-images-idx3-ubyte and train-labels-idx1-ubyte, gzipped or not.
//   - a folder with a folder of pictures for each class, or with folders train, valid and test of such folders.
//
// Splits that the files do not have are made from the training examples, at random but with each class in proportion. The same files and
// options always give the same data. Bytes are levels, which a [Scale] maps to inputs; all other numbers are real. The classes are the
// distinct labels, in the order of the numbers or of the words. An error is one line that names the file and the place in it.
func OpenOwn(ctx context.Context, path string, o OwnOptions) (*Data, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NoSuchPathError{path}
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	read := readOwnFile
	if info.IsDir() {
		read = readOwnFolder
	}
	e, err := read(ctx, path, o)
	if err != nil {
		return nil, err
	}
	d, err := e.data(o)
	if err != nil {
		return nil, &BrokenError{path, err}
	}
	d.Title = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return d, nil
}

// A NoSuchPathError says that one's own data do not exist.
type NoSuchPathError struct{ Path string }

// Error names the path.
func (e *NoSuchPathError) Error() string { return e.Path + ": there is no such file or folder" }

// foreign are the first bytes of formats that are not read.
var foreign = []struct{ magic, name, instead string }{
	{"\x93NUMPY", "a single array (.npy)", "save X and y together with numpy.savez"},
	{"\x89HDF\r\n\x1a\n", "HDF5", ""},
	{"PAR1", "Parquet", ""},
	{"MATLAB", "a MATLAB file", ""},
	{"\x80\x02", "a Python pickle", "save the arrays with numpy.savez"},
	{"\x80\x03", "a Python pickle", "save the arrays with numpy.savez"},
	{"\x80\x04", "a Python pickle", "save the arrays with numpy.savez"},
	{"\x80\x05", "a Python pickle", "save the arrays with numpy.savez"},
	{"SQLite", "an SQLite database", ""},
	{"ARROW1", "an Arrow file", ""},
	{"\x89PNG", "a single picture", "give the folder that has a folder of pictures for each class"},
	{"\xff\xd8\xff", "a single picture", "give the folder that has a folder of pictures for each class"},
	{"\x00\x00\x08", "a single IDX file", "give the folder that has the images and the labels"},
	{"@relation", "an ARFF file", ""},
	{"@RELATION", "an ARFF file", ""},
	{"Rar!", "a RAR archive", "unpack it"},
	{"7z\xbc\xaf", "a 7z archive", "unpack it"},
	{"BZh", "packed by bzip2", "unpack it"},
	{"\xfd7zXZ", "packed by xz", "unpack it"},
	{"\x28\xb5\x2f\xfd", "packed by zstd", "unpack it"},
	{"\xff\xfe", "text in UTF-16", "save it as UTF-8"},
	{"\xfe\xff", "text in UTF-16", "save it as UTF-8"},
}

// ownFormats says what is read.
const ownFormats = "an .npz or .csv file, or a folder with pairs of IDX files or with a folder of pictures for each class"

// readOwnFile reads an .npz or a CSV file, which its first bytes tell apart.
func readOwnFile(_ context.Context, path string, _ OwnOptions) (*examples, error) {
	e := new(examples)
	isZip := false
	err := readFile(path, func(r io.Reader) error {
		head := make([]byte, 16)
		n, err := io.ReadFull(r, head)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		head = head[:n]
		switch isZip = bytes.HasPrefix(head, []byte("PK")); {
		case isZip:
			return nil
		case n == 0:
			return errors.New("it is empty")
		}
		for _, f := range foreign {
			if bytes.HasPrefix(head, []byte(f.magic)) {
				problem := fmt.Sprintf("it is %s, allowed: %s", f.name, ownFormats)
				if f.instead != "" {
					problem = fmt.Sprintf("it is %s; %s", f.name, f.instead)
				}
				return errors.New(problem)
			}
		}
		if info, err := os.Stat(path); err == nil {
			if err := memory.Check(2 * info.Size()); err != nil { // a number has 4 bytes, and at least 2 in the table
				return fmt.Errorf("a table of %d bytes %w", info.Size(), err)
			}
		}
		return e.readCSV(io.MultiReader(bytes.NewReader(head), r), train)
	})
	if err == nil && isZip {
		err = e.readNPZ(path)
	}
	e.files = []string{path}
	return e, err
}

// readOwnFolder reads a folder of CSV files, of IDX files or of pictures.
func readOwnFolder(ctx context.Context, dir string, o OwnOptions) (*examples, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	var files, folders []string
	for _, entry := range entries {
		if noClass(entry.Name()) {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, entry.Name())) // of what a link leads to
		if err != nil {
			return nil, unreadable(filepath.Join(dir, entry.Name()), err)
		}
		if info.IsDir() {
			folders = append(folders, entry.Name())
		} else {
			files = append(files, entry.Name())
		}
	}
	e := new(examples)
	if pairs := idxPairs(files); len(pairs) > 0 {
		return e, e.readIDXFiles(dir, pairs)
	}
	if slices.Contains(folders, "raw") && len(folders) <= 2 { // torchvision's folder, which may also have one called processed
		return readOwnFolder(ctx, filepath.Join(dir, "raw"), o)
	}
	if tables := splitTables(files); tables != [3]string{} {
		return e, e.readTables(dir, tables)
	}
	if len(folders) > 0 {
		return e, e.readPictureFolders(ctx, dir, folders, o)
	}
	has := "it is empty"
	if len(files) > 0 {
		has = "it has only " + list(files)
	}
	return nil, &BrokenError{dir, fmt.Errorf("%s; allowed: %s", has, ownFormats)}
}

// list shows the first few names.
func list(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// splitTables returns the CSV files that are named after a split.
func splitTables(files []string) (tables [3]string) {
	for _, file := range files {
		name := strings.ToLower(strings.TrimSuffix(file, ".gz"))
		if base, ok := strings.CutSuffix(name, ".csv"); ok {
			if split, ok := splitNames[base]; ok {
				tables[split] = file
			}
		}
	}
	return tables
}

// readTables reads the CSV files of a folder.
func (e *examples) readTables(dir string, tables [3]string) error {
	for split, file := range tables {
		if file == "" {
			continue
		}
		path := filepath.Join(dir, file)
		if err := readFile(path, func(r io.Reader) error { return e.readCSV(r, split) }); err != nil {
			return err
		}
		e.files = append(e.files, path)
	}
	return nil
}
