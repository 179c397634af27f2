package bench

import (
	"context"
	"time"
)

// Point is one row of the table that Sweep measures.
type Point struct {
	Axis   string  `json:"axis"` // "width", "depth" or "batch": what varies in this part
	Width  int     `json:"width"`
	Depth  int     `json:"depth"`
	Batch  int     `json:"batch"`
	Update Times   `json:"update"`
	Flops  float64 `json:"flops"`
	GFLOPS float64 `json:"gflops"` // at the median time
	Share  float64 `json:"peak_share"`
}

// Sweep measures how an update's cost grows with width, depth and batch, one at a time from the options' values, and calls each
// after every point.
func Sweep(ctx context.Context, o Options, each func(Point)) error {
	o = o.defaults()
	o.Tape = false
	for _, axis := range []struct {
		name   string
		field  func(o *Options) *int
		values []int
	}{
		{"width", func(o *Options) *int { return &o.Width }, []int{128, 256, 512, 1000, 1024, 2048, 4096}},
		{"depth", func(o *Options) *int { return &o.Depth }, []int{1, 2, 3, 5, 7, 10}},
		{"batch", func(o *Options) *int { return &o.Batch }, []int{1, 2, 5, 10, 20, 50, 100, 300, 1000}},
	} {
		for _, v := range axis.values {
			at := o
			*axis.field(&at) = v
			p, err := measurePoint(ctx, at)
			if err != nil {
				return err
			}
			p.Axis = axis.name
			each(p)
		}
	}
	return nil
}

// measurePoint times updates for a few seconds.
func measurePoint(ctx context.Context, o Options) (Point, error) {
	b, err := prepare(ctx, o)
	if err != nil {
		return Point{}, err
	}
	defer b.close()
	flops := Flops(b.model, o.Batch)
	const work = 2e10
	if err := b.timeUpdates(max(3, min(1000, int(work/flops)))); err != nil {
		return Point{}, err
	}
	for range 3 {
		b.measurePeak()
	}
	t := b.update.times()
	gflops := flops / t.Median / 1e6
	return Point{Width: o.Width, Depth: o.Depth, Batch: o.Batch, Update: t, Flops: flops, GFLOPS: gflops, Share: gflops / b.peak}, nil
}

// UpdateTime returns how long an update of the paper's network takes on one thread of this machine: the median of a few updates.
func UpdateTime(ctx context.Context) (time.Duration, error) {
	b, err := prepare(ctx, Options{})
	if err != nil {
		return 0, err
	}
	defer b.close()
	if err := b.timeUpdates(15); err != nil {
		return 0, err
	}
	return time.Duration(b.update.times().Median * float64(time.Millisecond)), nil
}
