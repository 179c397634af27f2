package export

import "fmt"

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
		for _, s := range r.Scores {
			c.add(s.Event+"/update", int64(s.Update))
			c.add(s.Event+"/error", s.Error)
			c.add(s.Event+"/nll", s.NLL)
		}
		for _, snapshot := range r.Snapshots {
			c.add("update", int64(snapshot.Update))
			for _, l := range snapshot.Layers {
				layer := fmt.Sprintf("layer%d/", l.Layer)
				for _, s := range scalars(l) {
					c.add(layer+s.name, s.value)
				}
				for _, s := range shapes(l) {
					c.addRow(layer+s.name+"/counts", s.histogram.Counts)
					c.addRow(layer+s.name+"/range", []float64{s.histogram.Low, s.histogram.High})
					c.addRow(layer+s.name+"/outside", []int64{s.histogram.Below, s.histogram.Above})
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

func (c *collector) addRow(name string, row any) {
	a := c.at(name)
	n := 0
	switch row := row.(type) {
	case []float64:
		data, _ := a.data.([]float64)
		a.data, n = append(data, row...), len(row)
	case []int64:
		data, _ := a.data.([]int64)
		a.data, n = append(data, row...), len(row)
	}
	if a.shape == nil {
		a.shape = []int{0, n}
	}
	a.shape[0]++
	if a.shape[1] != n && c.err == nil {
		c.err = fmt.Errorf("%s has %d numbers in one snapshot and %d in another, expected: the same", name, a.shape[1], n)
	}
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
