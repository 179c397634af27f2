// Package score reads what a run has logged of its errors, on the validation and on the test images.
package score

import "glorot/experiments/run"

// The sets of images on which errors are taken.
const (
	Valid = "valid"
	Test  = "test"
)

// A Score is the errors on one set of images after some updates, a record of a run's log.
type Score struct {
	Set      string  `json:"event"` // Valid or Test
	Update   int     `json:"update"`
	Examples int     `json:"examples"`
	Errors   int     `json:"errors"`
	Error    float64 `json:"error"` // share of the images
	NLL      float64 `json:"nll"`   // mean, nats
}

// Read returns the scores of a log, in its order. The past of a child, and what was logged before a run was resumed, count.
func Read(log run.Log) ([]Score, error) {
	var list []Score
	for _, record := range log.Records {
		if record.Event != Valid && record.Event != Test {
			continue
		}
		var s Score
		if err := record.Decode(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// A Pair is the errors on both sets after the same updates.
type Pair struct {
	Update      int
	Valid, Test Score
}

// Pairs returns the pairs among scores, in the order of their tests.
func Pairs(scores []Score) []Pair {
	valid := map[int]Score{}
	for _, s := range scores {
		if s.Set == Valid {
			valid[s.Update] = s
		}
	}
	var list []Pair
	for _, s := range scores {
		if v, ok := valid[s.Update]; ok && s.Set == Test {
			list = append(list, Pair{s.Update, v, s})
		}
	}
	return list
}

// Best returns the pair of the lowest validation error, the first of several, and whether there are any pairs: the early stopping that
// Table 1 of Glorot & Bengio (2010) seems to have.
func Best(pairs []Pair) (best Pair, ok bool) {
	for i, p := range pairs {
		if i == 0 || p.Valid.Error < best.Valid.Error {
			best = p
		}
	}
	return best, len(pairs) > 0
}
