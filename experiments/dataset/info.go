package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Info describes a data set.
type Info struct {
	Name     string      `json:"name"`
	Height   int         `json:"height"`
	Width    int         `json:"width"`
	Channels int         `json:"channels"` // 1 for greys, 3 for red, green and blue
	Real     bool        `json:"real"`     // the features are real numbers, not levels from 0 to 255
	Min      float64     `json:"min"`      // of all features of all splits
	Max      float64     `json:"max"`
	Constant []int       `json:"constant"`         // features that are the same in all training examples
	Origin   string      `json:"origin,omitempty"` // see [Data.Origin]
	Classes  []string    `json:"classes"`          // name of each label
	Splits   []SplitInfo `json:"splits"`           // train, valid and test
	Files    []FileInfo  `json:"files"`
	Checksum string      `json:"checksum"` // see [Data.Checksum]
	Problems []string    `json:"problems"` // what may be wrong, in sentences
}

// SplitInfo describes a split.
type SplitInfo struct {
	Name      string  `json:"name"`
	Images    int     `json:"images"`
	Counts    []int   `json:"counts"`    // images of each class
	Mean      float64 `json:"mean"`      // of all features; of levels, where 255 is 1
	Variance  float64 `json:"variance"`  // of the same, with divisor n
	Repeated  int     `json:"repeated"`  // examples with the same features as one in an earlier split
	Conflicts int     `json:"conflicts"` // examples with the same features as an earlier one of any split, and another label
}

// FileInfo says which file a set was read from.
type FileInfo struct {
	Path      string `json:"path"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
	Published bool   `json:"published"` // whether it has the published checksum
}

// Inspect opens a data set as [Open] does, and describes it.
func Inspect(ctx context.Context, name, dir string) (*Info, error) {
	d, err := Open(ctx, name, dir)
	if err != nil {
		return nil, err
	}
	return d.info()
}

// InspectOwn opens one's own data as [OpenOwn] does, and describes them.
func InspectOwn(ctx context.Context, path string, o OwnOptions) (*Info, error) {
	d, err := OpenOwn(ctx, path, o)
	if err != nil {
		return nil, err
	}
	return d.info()
}

// info describes open data.
func (d *Data) info() (*Info, error) {
	info := &Info{
		Name: d.Name, Height: d.Height, Width: d.Width, Channels: d.Channels, Real: d.Test.Values != nil, Origin: d.Origin,
		Classes: d.Classes, Checksum: d.Checksum(), Constant: []int{}, Problems: []string{},
	}
	for i, set := range d.sets() {
		info.Splits = append(info.Splits, set.info(splitTitles[i]))
		low, high := set.ranges()
		for j := range low {
			if i == 0 && j == 0 {
				info.Min, info.Max = low[0], high[0]
			}
			info.Min, info.Max = min(info.Min, low[j]), max(info.Max, high[j])
			if i == train && low[j] == high[j] {
				info.Constant = append(info.Constant, j)
			}
		}
	}
	d.countRepeated(info.Splits)
	info.findProblems(d)
	for _, path := range d.Files {
		if there, err := os.Stat(path); err == nil && there.IsDir() {
			info.Files = append(info.Files, FileInfo{Path: path}) // of pictures
			continue
		}
		file, err := d.fileInfo(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		info.Files = append(info.Files, file)
	}
	return info, nil
}

// fileInfo describes a file of the data set.
func (k Kind) fileInfo(path string) (FileInfo, error) {
	sum, size, err := sumFile(path)
	file := FileInfo{Path: path, Bytes: size, SHA256: sum}
	if k.published != nil {
		for _, f := range k.published.files {
			file.Published = file.Published || f.name == filepath.Base(path) && f.sha256 == sum
		}
	}
	return file, err
}

func (s *Set) info(name string) SplitInfo {
	info := SplitInfo{Name: name, Images: s.Len(), Counts: make([]int, s.Classes)}
	for _, label := range s.Labels {
		info.Counts[label]++
	}
	if s.Values != nil {
		n := float64(max(1, len(s.Values)))
		for _, v := range s.Values {
			info.Mean += float64(v) / n
		}
		for _, v := range s.Values {
			d := float64(v) - info.Mean
			info.Variance += float64(d*d) / n
		}
		return info
	}
	var greys [256]int64
	for _, grey := range s.Images {
		greys[grey]++
	}
	n := float64(max(1, len(s.Images)))
	for grey, count := range greys {
		info.Mean += float64(grey) / 255 * float64(count) / n
	}
	for grey, count := range greys {
		d := float64(grey)/255 - info.Mean
		info.Variance += d * d * float64(count) / n
	}
	return info
}

// sumFile returns the SHA-256 of a file, in hexadecimal, and its size.
func sumFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, err
}
