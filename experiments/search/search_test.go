package search

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// draw draws a search and the error of each of its candidates at each rung, some of them equal and some that diverge.
func draw(t *rapid.T) (s Search, valid [][]float64) {
	candidates := rapid.IntRange(1, 12).Draw(t, "candidates")
	for c := range candidates {
		s.Strata = append(s.Strata, c%rapid.IntRange(1, 3).Draw(t, "stratum"))
	}
	diverged := make([]bool, candidates)
	for r := range rapid.IntRange(1, 4).Draw(t, "rungs") {
		s.Rungs = append(s.Rungs, Rung{Updates: 10 << r, Keep: rapid.IntRange(1, 4).Draw(t, "keep")})
		row := make([]float64, candidates)
		for c := range row {
			diverged[c] = diverged[c] || rapid.IntRange(0, 9).Draw(t, "diverges") == 0
			if row[c] = float64(rapid.IntRange(1, 5).Draw(t, "error")) / 10; diverged[c] {
				row[c] = math.NaN()
			}
		}
		valid = append(valid, row)
	}
	return s, valid
}

// Whatever the order in which trainings are done, the same ones are asked for, none twice, each after the same candidate's training in the rung
// before, and the best is chosen.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, valid := draw(t)
		var first map[Place]int
		for range 2 {
			told := map[[2]int]bool{}
			errors := func(c, r int) (float64, bool) { return valid[r][c], told[[2]int{c, r}] }
			asked := map[Place]int{}
			left := rapid.Permutation(s.Places()).Draw(t, "order")
			for len(left) > 0 {
				if _, known := s.Best(-1, errors); known {
					t.Fatal("the best is known before all trainings are")
				}
				i := slices.IndexFunc(left, func(p Place) bool { _, known := s.Ask(p, errors); return known })
				if i < 0 {
					t.Fatalf("none of %v is known", left)
				}
				p := left[i]
				c, _ := s.Ask(p, errors)
				if told[[2]int{c, p.Rung}] || s.Strata[c] != p.Stratum || p.Rung > 0 && !told[[2]int{c, p.Rung - 1}] {
					t.Fatalf("%+v asks for candidate %d, of stratum %d, once %v", p, c, s.Strata[c], told)
				}
				told[[2]int{c, p.Rung}], asked[p] = true, c
				left = slices.Delete(left, i, i+1)
			}
			if first == nil {
				first = asked
			} else if fmt.Sprint(first) != fmt.Sprint(asked) {
				t.Fatalf("%v, and in another order %v", first, asked)
			}
			best, known := s.Best(-1, errors)
			last := len(s.Rungs) - 1
			if !known {
				t.Fatal("the best is not known")
			}
			for _, p := range s.Places() {
				if c := asked[p]; p.Rung == last && (best < 0 && !math.IsNaN(valid[last][c]) || best >= 0 && (valid[last][c] < valid[last][best] || valid[last][c] == valid[last][best] && c < best)) {
					t.Fatalf("chose %d, and %d is better", best, c)
				}
				if c := asked[p]; s.Reached(c, errors) < p.Rung {
					t.Fatalf("candidate %d reached rung %d, want %d", c, s.Reached(c, errors), p.Rung)
				}
			}
		}
	})
}

// Each stratum keeps its best, those that diverged come last, and equal ones are in order.
func TestStrata(t *testing.T) {
	s := Search{Strata: []int{0, 0, 0, 1, 1, 1}, Rungs: []Rung{{Updates: 1}, {2, 2}, {3, 1}}}
	nan := math.NaN()
	valid := [][]float64{{.3, nan, .3, .9, .8, .7}, {.2, 0, .1, 0, .8, .9}, {0, 0, .1, 0, .05, 0}}
	errors := func(c, r int) (float64, bool) { return valid[r][c], true }
	for p, want := range map[Place]int{{1, 0, 0}: 0, {1, 0, 1}: 2, {1, 1, 0}: 5, {1, 1, 1}: 4, {2, 0, 0}: 2, {2, 1, 0}: 4} {
		if c, known := s.Ask(p, errors); !known || c != want {
			t.Errorf("%+v: candidate %d, want %d", p, c, want)
		}
	}
	if best, _ := s.Best(-1, errors); best != 4 {
		t.Errorf("best is %d, want 4", best)
	}
	if best, _ := s.Best(0, errors); best != 2 {
		t.Errorf("best of stratum 0 is %d, want 2", best)
	}
	if n := len(s.Places()); n != 6+4+2 {
		t.Errorf("%d places, want 12", n)
	}
}
