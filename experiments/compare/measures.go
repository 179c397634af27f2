package compare

import (
	"math"

	"glorot/experiments/export"
	"glorot/experiments/measure"
	"glorot/experiments/run"
	"glorot/experiments/train"
)

// withClasses adds the measures of the test images to the metrics of the network. They are on the scale of the first one, the test error.
func withClasses(list []netMetric) []netMetric {
	for _, m := range train.Measures() {
		if of := m.OfClasses(); of != nil {
			metric := list[0]
			metric.metricInfo = metricInfo{run.TestEvent + "/" + m.Name, m.Words, m.Share}
			metric.of = func(r *export.Run, update int) float64 { return of(scoreOf(r, run.TestEvent, update).Confusion) }
			list = append(list, metric)
		}
	}
	return list
}

// withMeasures adds the measures of layers to the metrics of a layer. Shares of the units stay on the plain scale, as most of them are often 0.
func withMeasures(list []layerMetric) []layerMetric {
	for _, m := range train.Measures() {
		if m.OfClasses() != nil {
			continue
		}
		scale := measure.Within(m.Low, m.High)
		if m.Share {
			scale = measure.Plain(m.Low, m.High)
		}
		list = append(list, layerMetric{
			metricInfo: metricInfo{m.Name, m.Words, m.Share},
			scale:      func(bounds) measure.Scale { return scale },
			of: func(l *train.Layer) float64 {
				if v, ok := l.Measures[m.Name]; ok {
					return v
				}
				return math.NaN()
			},
		})
	}
	return list
}
