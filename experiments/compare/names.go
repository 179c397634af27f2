package compare

// NetworkNames lists the metrics of whole networks.
func NetworkNames() (names []string) {
	for _, m := range netMetrics {
		names = append(names, m.name)
	}
	return names
}
