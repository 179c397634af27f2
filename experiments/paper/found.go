package paper

// found returns what an earlier search chose for a subject at each input scale, so that a scale without a search of its own takes it:
// RESULTS.md has the whole search.
func found(s Subject) []Cell { return foundCells[s.Data][s.Network] }

var foundCells = map[string]map[Network][]Cell{}
