package dataset

import "context"

// A Choice says which data a [Library] opens, and how: the known set Name, or one's own files at Path.
type Choice struct {
	Name     string     // one of [Kinds]; ignored if there is a Path
	Path     string     // see [OpenOwn]
	Own      OwnOptions // of Path only
	Standard Standard
}

// Choose returns the data of a choice. Like [Library.Open] it opens them once.
func (l *Library) Choose(ctx context.Context, c Choice) (*Data, error) {
	if c.Path == "" {
		c.Own = OwnOptions{}
	} else {
		c.Name = OwnName
	}
	return l.shelve(ctx, c)
}

// open opens the data of a choice. Standardised data are made from those that are not.
func (l *Library) open(ctx context.Context, c Choice) (*Data, error) {
	if c.Standard == (Standard{}) {
		if c.Path != "" {
			return OpenOwn(ctx, c.Path, c.Own)
		}
		return Open(ctx, c.Name, l.dir)
	}
	by := c.Standard
	c.Standard = Standard{}
	d, err := l.shelve(ctx, c)
	if err != nil {
		return nil, err
	}
	return d.Standardize(by)
}
