package export

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"glorot/experiments/run"
	"glorot/experiments/train"
)

// An array is named RUN/QUANTITY.
type array struct {
	name  string
	shape []int
	data  any // []float64 or []int64, row-major
}

// arrays returns everything that was logged of the runs; see [NPZ].
func arrays(runs []*Run) ([]array, error) {
	var list []array
	for _, r := range runs {
		c := collector{places: map[string]int{}}
		for _, s := range filledScores(r.Scores) {
			c.add(s.Event+"/update", int64(s.Update))
			for _, x := range ofSet(s) {
				c.add(x.name, x.value)
			}
			if n := len(s.Confusion); n > 0 {
				c.addRow(s.Event+"/confusion", counts(s.Confusion), n, n)
			}
		}
		for _, snapshot := range filledSnapshots(r.Snapshots) {
			c.add("update", int64(snapshot.Update))
			for _, l := range snapshot.Layers {
				layer := fmt.Sprintf("layer%d/", l.Layer)
				for _, s := range scalars(l) {
					c.add(layer+s.name, s.value)
				}
				for _, s := range shapes(l) {
					c.addRow(layer+s.name+"/counts", s.histogram.Counts, len(s.histogram.Counts))
					c.addRow(layer+s.name+"/range", []float64{s.histogram.Low, s.histogram.High}, 2)
					c.addRow(layer+s.name+"/outside", []int64{s.histogram.Below, s.histogram.Above}, 2)
				}
			}
		}
		for _, a := range c.list {
			if c.err != nil {
				return nil, fmt.Errorf("%s: %w", r.Name, c.err)
			}
			a.name = r.Name + "/" + a.name
			list = append(list, a)
		}
	}
	return list, nil
}

// A collector appends numbers, or rows of them, to arrays.
type collector struct {
	list   []array
	places map[string]int
	err    error // the first error
}

func (c *collector) add(name string, v any) {
	a := c.at(name)
	switch v := v.(type) {
	case float64:
		data, _ := a.data.([]float64)
		a.data = append(data, v)
	case int64:
		data, _ := a.data.([]int64)
		a.data = append(data, v)
	}
	if a.shape == nil {
		a.shape = []int{0}
	}
	a.shape[0]++
}

func (c *collector) addRow(name string, row any, shape ...int) {
	a := c.at(name)
	switch row := row.(type) {
	case []float64:
		data, _ := a.data.([]float64)
		a.data = append(data, row...)
	case []int64:
		data, _ := a.data.([]int64)
		a.data = append(data, row...)
	}
	if a.shape == nil {
		a.shape = append([]int{0}, shape...)
	}
	a.shape[0]++
	if !slices.Equal(a.shape[1:], shape) && c.err == nil {
		c.err = fmt.Errorf("%s has the shape %v in one record and %v in another, expected: the same", name, a.shape[1:], shape)
	}
}

// counts returns the elements of a confusion matrix.
func counts(c train.Confusion) (list []int64) {
	for _, row := range c {
		for _, n := range row {
			list = append(list, int64(n))
		}
	}
	return list
}

// filledScores gives each test a confusion matrix if one of them has one: it is 0 where none was recorded.
func filledScores(scores []run.Score) []run.Score {
	classes := 0
	for _, s := range scores {
		classes = max(classes, len(s.Confusion))
	}
	scores = slices.Clone(scores)
	for i, s := range scores {
		if s.Confusion == nil && classes > 0 {
			scores[i].Confusion = make(train.Confusion, classes)
			for k := range classes {
				scores[i].Confusion[k] = make([]int, classes)
			}
		}
	}
	return scores
}

// filledSnapshots gives each layer the measures that it has in one of the snapshots: they are NaN where they were not recorded.
func filledSnapshots(snapshots []train.Layers) []train.Layers {
	has := map[int][]string{} // by layer
	for _, snapshot := range snapshots {
		for _, l := range snapshot.Layers {
			has[l.Layer] = slices.AppendSeq(has[l.Layer], maps.Keys(l.Measures))
		}
	}
	snapshots = slices.Clone(snapshots)
	for i := range snapshots {
		layers := slices.Clone(snapshots[i].Layers)
		for k, l := range layers {
			layers[k].Measures = nil
			for _, name := range has[l.Layer] {
				layers[k].Put(name, math.NaN())
			}
			layers[k] = layers[k].With(train.Layer{Measures: l.Measures})
		}
		snapshots[i].Layers = layers
	}
	return snapshots
}

func (c *collector) at(name string) *array {
	i, ok := c.places[name]
	if !ok {
		i = len(c.list)
		c.places[name] = i
		c.list = append(c.list, array{name: name})
	}
	return &c.list[i]
}
