package compare

// Words returns what a metric is called in a sentence: "test error".
func Words(metric string) string { return metricNamed(metric).words }

// NetworkNames lists the metrics of whole networks.
func NetworkNames() (names []string) {
	for _, m := range netMetrics {
		names = append(names, m.name)
	}
	return names
}
