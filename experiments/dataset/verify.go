package dataset

import (
	"fmt"
	"os"
)

// verify returns an error if images that were read as this data set are known to be others: sets in one format differ in nothing but their
// content.
func (k Kind) verify(d *Data) error {
	if k.published == nil || d.Checksum() == k.content {
		return nil
	}
	for _, other := range Kinds() {
		if other.published == nil || other.Name == k.Name {
			continue
		}
		if other.content == d.Checksum() {
			return &BrokenError{d.Files[0], fmt.Errorf("these are the images of %s, not of %s; data.name %s reads them", other.Title, k.Title, other.Name)}
		}
		for _, path := range d.Files {
			if other.isPublished(path) {
				return &BrokenError{path, fmt.Errorf("this is a file of %s, not of %s; data.name %s reads it", other.Title, k.Title, other.Name)}
			}
		}
	}
	if k.content != "" {
		return &BrokenError{d.Files[0], fmt.Errorf("the images or labels are not those of %s as published (their checksum is %.16s…, not %.16s…); data.path reads images of your own",
			k.Title, d.Checksum(), k.content)}
	}
	return nil
}

// isPublished reports whether a file has the content of a published one, whatever its name. It reads no file of another length.
func (k Kind) isPublished(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	for _, f := range k.published.files {
		if f.bytes == info.Size() {
			if sum, _, err := sumFile(path); err == nil && sum == f.sha256 {
				return true
			}
		}
	}
	return false
}
