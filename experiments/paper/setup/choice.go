package setup

// A Choice is a learning rate and an input scale. The paper chose its rates on validation data and printed neither.
type Choice struct {
	Rate      float64 `json:"rate"`
	Low, High float64 // the inputs that the grey levels 0 and 255 become
}

// Candidates has the candidates of the search: the rates of the authors' later scripts and beyond, and both input scales that the authors used.
func Candidates() []Choice {
	var all []Choice
	for _, low := range []float64{0, -1} {
		for _, rate := range []float64{0.003, 0.01, 0.03, 0.1} {
			all = append(all, Choice{Rate: rate, Low: low, High: 1})
		}
	}
	return all
}
