package hook

import "context"

// Calls are functions to be called between two updates of a training. The zero value has none.
type Calls struct {
	list []call
	seen int // 1 more than the last update at which all were called, 0 before
}

type call struct {
	due Schedule
	do  func(ctx context.Context, update int) error
}

// On adds a function that is called whenever s is due.
func (c *Calls) On(s Schedule, do func(ctx context.Context, update int) error) {
	c.list = append(c.list, call{s, do})
}

// At calls the functions that are due at the update, in the order of On, until one fails, whose error it returns as it is. It
// calls none if all were called the last time, at the same update.
func (c *Calls) At(ctx context.Context, update int) error {
	if c.seen == update+1 {
		return nil
	}
	for _, f := range c.list {
		if f.due(update) {
			if err := f.do(ctx, update); err != nil {
				return err
			}
		}
	}
	c.seen = update + 1
	return nil
}

// Again makes the next At call what is due, whatever was called before: the training was taken to another state.
func (c *Calls) Again() { c.seen = 0 }
