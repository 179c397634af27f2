package dataset

import (
	"context"
	"fmt"
	"strings"
)

// A Kind is one data set that the program knows: what can be said of it before it is opened.
type Kind struct {
	Name  string // as a configuration has it
	Title string // as a figure has it

	Generated bool // the program makes its images, and needs no files

	Height, Width, Channels int      // of an image: 1 channel for greys, 3 for red, green and blue
	Classes                 []string // name of each label; nil if its files name them

	columns   bool                                                 // images are stored column by column, not row by row
	published *publication                                         // nil if nobody published it
	endless   func(seed uint32) (*Generator, error)                // makes its training images without end; nil if they have an end
	open      func(ctx context.Context, dir string) (*Data, error) // the error says no name
}

// Kinds returns the data sets that the program knows. One more is one more line here, and the function that it names.
func Kinds() []Kind {
	return []Kind{shapeset(), shapeset100k(), mnist(), cifar10(), smallImageNet()}
}

// KindByName returns the data set of that name. The error lists the names that there are.
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
