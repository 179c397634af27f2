package run

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Updates iterates over exactly those updates that are due, ascending, and ends where its caller does.
func TestScheduleUpdates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Schedule{Every: rapid.IntRange(0, 9).Draw(t, "every"), At: drawAt(t)}
		last := rapid.IntRange(0, 60).Draw(t, "last")
		var want []int
		for u := range last + 1 {
			if s.Due(u) {
				want = append(want, u)
			}
		}
		if got := slices.Collect(s.Updates(last)); !slices.Equal(got, want) {
			t.Fatalf("%v up to %d: %v, want %v", s, last, got, want)
		}
		if s.Never() != (s.Every == 0 && len(s.At) == 0) {
			t.Fatalf("%v: never is %v", s, s.Never())
		}
		for u := range s.Updates(last) { // as far as its caller wants
			if u != want[0] {
				t.Fatalf("the first is %d, want %d", u, want[0])
			}
			break
		}
	})
}

// drawAt is an ascending list of small updates.
func drawAt(t *rapid.T) []int {
	at := rapid.SliceOfN(rapid.IntRange(0, 50), 0, 5).Draw(t, "at")
	slices.Sort(at)
	return slices.Compact(at)
}

// With adds exactly the updates that are given.
func TestScheduleWith(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Schedule{Every: rapid.IntRange(0, 9).Draw(t, "every"), At: drawAt(t)}
		before, more := s.String(), drawAt(t)
		got := s.With(more...)
		for u := range 60 {
			if got.Due(u) != (s.Due(u) || slices.Contains(more, u)) {
				t.Fatalf("%v with %v is %v", s, more, got)
			}
		}
		if !slices.IsSorted(got.At) || s.String() != before {
			t.Fatalf("%v with %v is %v, and the schedule itself %s before", s, more, got, before)
		}
	})
}

// The far end of the integers is no endless loop.
func TestScheduleFar(t *testing.T) {
	s := Schedule{Every: math.MaxInt - 1, At: []int{5, math.MaxInt - 1}}
	if got := slices.Collect(s.Updates(math.MaxInt)); !slices.Equal(got, []int{0, 5, math.MaxInt - 1}) {
		t.Errorf("got %v", got)
	}
}

// A schedule reads back from YAML as it was written.
func TestScheduleText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule.Draw(t, "schedule")
		c := Default()
		if err := c.Set("observe.jacobians="+s.String(), Allowed{}); err != nil {
			t.Fatal(err)
		}
		if got := c.Observe.Jacobians; got.Every != s.Every || got.From != s.From || !slices.Equal(got.At, s.At) {
			t.Fatalf("%s became %+v", s, got)
		}
	})
	for src, want := range map[string]Schedule{
		"0": {}, "20000": {Every: 20_000}, "[]": {}, "[0, 500]": {At: []int{0, 500}}, "{every: 5}": {Every: 5}, "{every: 5, from: 1}": {Every: 5, From: 1},
		"{at: [3]}": {At: []int{3}}, "{at: [3], every: 5}": {Every: 5, At: []int{3}}, "{}": {},
	} {
		c := Default()
		if err := c.Set("observe.jacobians="+src, Allowed{}); err != nil {
			t.Error(err)
		} else if got := c.Observe.Jacobians; got.Every != want.Every || got.From != want.From || !slices.Equal(got.At, want.At) {
			t.Errorf("%s is %+v, want %+v", src, got, want)
		}
	}
}

// Schedules that are auto follow observe.every; errors and digests have the beginning besides, and an end has everything that is recorded at all.
func TestRecording(t *testing.T) {
	recording := func(set ...string) Recording {
		c, err := Load("", set, Allowed{})
		if err != nil {
			t.Fatal(err)
		}
		return c.Recording()
	}
	texts := func(r Recording) [5]string {
		return [5]string{r.Layers.String(), r.Histograms.String(), r.Errors.String(), r.Jacobians.String(), r.Digests.String()}
	}
	for _, c := range []struct {
		set          []string
		want, ending [5]string
	}{
		{nil, [5]string{"20000", "20000", "20000", "0", "5000"}, [5]string{"{every: 20000, at: [7]}", "{every: 20000, at: [7]}", "{every: 20000, at: [7]}", "0", "{every: 5000, at: [7]}"}},
		{[]string{"observe.every=0", "checkpoint.digest=0"}, [5]string{"0", "0", "[0]", "0", "[0]"}, [5]string{"0", "0", "[0, 7]", "0", "[0, 7]"}},
		{[]string{"observe.layers=100", "observe.errors=[50]", "observe.jacobians=[0]"}, [5]string{"100", "100", "[50]", "[0]", "5000"},
			[5]string{"{every: 100, at: [7]}", "{every: 100, at: [7]}", "[7, 50]", "[0]", "{every: 5000, at: [7]}"}},
		{[]string{"observe.histograms=0", "observe.every=7"}, [5]string{"7", "0", "7", "0", "5000"}, [5]string{"7", "0", "7", "0", "{every: 5000, at: [7]}"}},
	} {
		r := recording(c.set...)
		if got := texts(r); got != c.want {
			t.Errorf("%v: %q, want %q", c.set, got, c.want)
		}
		if got := texts(r.Ending(7)); got != c.ending {
			t.Errorf("%v, ending: %q, want %q", c.set, got, c.ending)
		}
		if got := texts(r); got != c.want {
			t.Errorf("%v: Ending changed it to %q", c.set, got)
		}
	}
}
