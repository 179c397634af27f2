package dataset

import (
	"context"
	"fmt"
	"strings"
)

// A Kind is a data set that the program knows, with its properties that are known before it is opened.
type Kind struct {
	Name  string // its name in a configuration
	Title string // its name in a figure

	Generated bool // the program makes its images, without files

	Height, Width, Channels int      // of an image: 1 channel for greys, 3 for red, green and blue
	Classes                 []string // name of each label; nil if the names are in its files

	columns   bool                                                 // images are stored column by column, not row by row
	published *publication                                         // nil if it was not published
	endless   func(seed uint32) (*Generator, error)                // makes the training images without end; nil if their number is limited
	open      func(ctx context.Context, dir string) (*Data, error) // the error does not contain the name
}

// Kinds returns the data sets that the program knows. To add one, add it here.
func Kinds() []Kind {
	return []Kind{shapeset(), shapeset100k(), mnist(), cifar10(), smallImageNet()}
}

// KindByName returns the data set of that name. The error lists the known names.
func KindByName(name string) (Kind, error) {
	var names []string
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return Kind{}, fmt.Errorf("data set %q; want %s", name, strings.Join(names, ", "))
}

// Features returns the number of values of an image, which are Height x Width x Channels.
func (k Kind) Features() int { return k.Height * k.Width * k.Channels }

// Public reports whether [Fetch] can download its files.
func (k Kind) Public() bool { return k.published != nil }
