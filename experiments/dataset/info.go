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
	Classes  []string    `json:"classes"`  // name of each label
	Splits   []SplitInfo `json:"splits"`   // train, valid and test
	Files    []FileInfo  `json:"files"`
	Checksum string      `json:"checksum"` // see [Data.Checksum]
}

// SplitInfo describes a split.
type SplitInfo struct {
	Name     string  `json:"name"`
	Images   int     `json:"images"`
	Counts   []int   `json:"counts"`   // images of each class
	Mean     float64 `json:"mean"`     // of all pixels and colours, where grey 255 is 1
	Variance float64 `json:"variance"` // of the same, with divisor n
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
	s, err := Open(ctx, name, dir)
	if err != nil {
		return nil, err
	}
	info := &Info{Name: s.Name, Height: s.Height, Width: s.Width, Channels: s.Channels, Classes: s.Classes, Checksum: s.Checksum()}
	for i, set := range s.sets() {
		info.Splits = append(info.Splits, set.info([]string{"train", "valid", "test"}[i]))
	}
	for _, path := range s.Files {
		file, err := s.fileInfo(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
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
	var greys [256]int64 // the number of classes that occur
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
