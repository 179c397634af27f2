// Package search chooses among candidates by training them in rungs: all of them for a short time, the best for longer, and the last
// ones to the end. The candidates lie in strata, such as those of one input scale, and each stratum keeps its own best, so that a
// candidate which learns late is not dropped in favour of one that learns early (successive halving, Jamieson and Talwalkar 2016,
// within strata).
//
// As gonum/optimize separates methods from evaluation, a [Search] trains nothing: it asks for candidates and reads their errors. What it
// asks for depends only on the errors, not on their order, so that all processes that know the same errors ask for the same trainings. A
// candidate that is kept is extended, not trained again from the beginning.
package search

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A Rung is a length to which candidates are trained.
type Rung struct {
	Updates int // more than in the rung before
	Keep    int // how many candidates of each stratum are kept from the rung before; the first rung has all and ignores it
}

// A Search has candidates and rungs.
type Search struct {
	Strata []int // the stratum of each candidate, from 0
	Rungs  []Rung
}

// A Place is one training: candidate Rank of a stratum in a rung. Which candidate that is depends on the errors in the rung before;
// which places there are does not.
type Place struct{ Rung, Stratum, Rank int }

// Errors returns the validation error of a candidate at the end of a rung, NaN if it diverged, and whether it is known.
type Errors func(candidate, rung int) (valid float64, known bool)

// Places returns all trainings of the search; each comes after those that it needs.
func (s Search) Places() []Place {
	var all []Place
	for r := range s.Rungs {
		for stratum := range s.strata() {
			for rank := range s.size(r, stratum) {
				all = append(all, Place{r, stratum, rank})
			}
		}
	}
	return all
}

// Needs reports whether the result of one place is needed to know the candidate of another one.
func (s Search) Needs(p, other Place) bool {
	return other.Rung == p.Rung-1 && other.Stratum == p.Stratum
}

// Ask returns the candidate of a place, or false if it is not known yet. It panics if the search has no such place.
func (s Search) Ask(p Place, errors Errors) (candidate int, known bool) {
	if p.Rank >= s.size(p.Rung, p.Stratum) {
		panic(fmt.Sprintf("search: there is no place %+v", p))
	}
	list, known := s.ranked(p.Rung-1, p.Stratum, errors)
	if !known {
		return 0, false
	}
	return list[p.Rank], true
}

// Best returns the candidate of a stratum, or of all of them if that is -1, that has the lowest error in the last rung, the first of several
// equal ones. It is known once the errors of the whole stratum are; the candidate is -1 if all diverged.
func (s Search) Best(stratum int, errors Errors) (candidate int, known bool) {
	best, lowest, last := -1, math.Inf(1), len(s.Rungs)-1
	for i := range s.strata() {
		if stratum >= 0 && i != stratum {
			continue
		}
		list, known := s.ranked(last, i, errors)
		if !known {
			return -1, false
		}
		if len(list) == 0 {
			continue
		}
		if e, _ := errors(list[0], last); e < lowest || e == lowest && list[0] < best {
			best, lowest = list[0], e
		}
	}
	return best, true
}

// Reached returns the last rung in which the error of a candidate is known, -1 if there is none.
func (s Search) Reached(candidate int, errors Errors) int {
	for r := len(s.Rungs) - 1; r >= 0; r-- {
		for rank := range s.size(r, s.Strata[candidate]) {
			c, known := s.Ask(Place{r, s.Strata[candidate], rank}, errors)
			if !known || c != candidate {
				continue
			}
			if _, known := errors(candidate, r); known {
				return r
			}
		}
	}
	return -1
}

// ranked returns the candidates of a stratum in a rung, the best first; in rung -1 all of them in their order. Equal errors keep the order, and
// those that diverged come last.
func (s Search) ranked(rung, stratum int, errors Errors) (list []int, known bool) {
	if rung < 0 {
		for c, of := range s.Strata {
			if of == stratum {
				list = append(list, c)
			}
		}
		return list, true
	}
	if list, known = s.ranked(rung-1, stratum, errors); !known {
		return nil, false
	}
	list = list[:s.size(rung, stratum)]
	slices.Sort(list)
	valid := make(map[int]float64)
	for _, c := range list {
		e, known := errors(c, rung)
		if !known {
			return nil, false
		}
		if math.IsNaN(e) {
			e = math.Inf(1)
		}
		valid[c] = e
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(valid[a], valid[b]) })
	return list, true
}

// strata is the number of strata.
func (s Search) strata() int { return slices.Max(append([]int{-1}, s.Strata...)) + 1 }

// size is how many candidates of a stratum a rung has.
func (s Search) size(rung, stratum int) int {
	n := 0
	for _, of := range s.Strata {
		if of == stratum {
			n++
		}
	}
	for _, r := range s.Rungs[1 : rung+1] {
		n = min(n, r.Keep)
	}
	return n
}
