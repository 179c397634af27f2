package dataset

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestLabels(t *testing.T) {
	// Three shapes as in the authors' convertout: T P E TP PE TE TT PP EE.
	s := DefaultShapeset()
	const none = 3
	want := map[[2]int]uint8{
		{0, none}: 0, {1, none}: 1, {2, none}: 2,
		{0, 1}: 3, {1, 0}: 3, {1, 2}: 4, {2, 1}: 4, {0, 2}: 5, {2, 0}: 5,
		{0, 0}: 6, {1, 1}: 7, {2, 2}: 8,
	}
	table := s.labels()
	for pair, label := range want {
		if got := table[pair[0]][pair[1]]; got != label {
			t.Errorf("shapes %v have label %d, want %d", pair, got, label)
		}
	}
	if s.Classes() != 9 {
		t.Errorf("%d classes, want 9", s.Classes())
	}
}

// Every count of shapes has labels 0 to Classes-1, each used.
func TestClasses(t *testing.T) {
	for v := 1; v <= maxShapes; v++ {
		s := DefaultShapeset()
		s.Vertices = slices.Repeat([]int{3}, v)
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		var used []uint8
		for _, row := range s.labels() {
			used = append(used, row...)
		}
		slices.Sort(used)
		used = slices.Compact(used)
		if len(used) != s.Classes() || int(used[len(used)-1]) != s.Classes()-1 {
			t.Errorf("%d shapes: labels %v, want 0 to %d", v, used, s.Classes()-1)
		}
		if s.MaxObjects = 1; s.Classes() != v {
			t.Errorf("%d classes of single objects, want %d", s.Classes(), v)
		}
	}
}

func TestValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for want, change := range map[string]func(*Shapeset){
		"":                                  func(*Shapeset) {},
		"size is 2, must be 3 to 1024":      func(s *Shapeset) { s.Size = 2 },
		"size is 4096":                      func(s *Shapeset) { s.Size = 4096 },
		"number of shapes is 0":             func(s *Shapeset) { s.Vertices = nil },
		"number of shapes is 22":            func(s *Shapeset) { s.Vertices = make([]int, 22) },
		"vertex count 1 is 2, must be 3 to": func(s *Shapeset) { s.Vertices = []int{3, 2} },
		"vertex count 0 is 256":             func(s *Shapeset) { s.Vertices = []int{256} },
		"deformation is 3":                  func(s *Shapeset) { s.Deformation = 3 },
		"angles is 2":                       func(s *Shapeset) { s.Angles = 2 },
		"background grey is 0.5 to 0.4":     func(s *Shapeset) { s.Background = Range{.5, .4} },
		"foreground grey is 0.5 to 1.1":     func(s *Shapeset) { s.Foreground = Range{.5, 1.1} },
		"swap probability is NaN":           func(s *Shapeset) { s.Swap = nan },
		"rotation is -0.1 to 1":             func(s *Shapeset) { s.Rotation.Low = -.1 },
		"scales is 0.2 to NaN":              func(s *Shapeset) { s.Scales.High = nan },
		"scales begin at 0":                 func(s *Shapeset) { s.Scales.Low = 0 },
		"does not fit into 8 pixels":        func(s *Shapeset) { s.Size = 8 },
		"scales end at 1":                   func(s *Shapeset) { s.Scales.High = 1 },
		"position is 0 to 0.2":              func(s *Shapeset) { s.Position.High = .2 },
		"position is 0.9 to 1":              func(s *Shapeset) { s.Position.Low = .9 },
		"minimum of objects is 0":           func(s *Shapeset) { s.MinObjects = 0 },
		"maximum of objects is 3":           func(s *Shapeset) { s.MaxObjects = 3 },
		"maximum of objects is 1":           func(s *Shapeset) { s.MinObjects, s.MaxObjects = 2, 1 },
		"rejection maximum is 0":            func(s *Shapeset) { s.RejectionMax = 0 },
		"overlap is NaN":                    func(s *Shapeset) { s.Overlap = nan },
		"overlap is -1":                     func(s *Shapeset) { s.Overlap = -1 },
	} {
		s := DefaultShapeset()
		change(&s)
		err := s.Validate()
		switch {
		case want == "" && err != nil:
			t.Errorf("the paper's constants: %v", err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("error %v, want %q", err, want)
		case err != nil && (!strings.HasPrefix(err.Error(), "shapeset: ") || strings.Contains(err.Error(), "\n")):
			t.Errorf("error %q, want one line that begins with the package's data set", err)
		}
		if _, made := s.NewGenerator(0); (made == nil) != (err == nil) {
			t.Errorf("NewGenerator: %v, want %v", made, err)
		}
	}
	s := DefaultShapeset()
	s.Overlap = inf
	if err := s.Validate(); err != nil {
		t.Errorf("no overlap rule: %v", err)
	}
}

// Changing the caller's slice later changes nothing in the generator.
func TestGeneratorKeepsItsConstants(t *testing.T) {
	s := DefaultShapeset()
	g, err := s.NewGenerator(3)
	if err != nil {
		t.Fatal(err)
	}
	before := g.set.fingerprint()
	s.Vertices[0] = 7
	if g.set.fingerprint() != before {
		t.Error("the generator's constants changed with the caller's")
	}
}

func TestFixedSets(t *testing.T) {
	s := DefaultShapeset()
	for seed, make := range map[uint32]func(context.Context) (*Set, error){
		0: s.TestSet, 4294967295: s.ValidSet,
	} {
		set, err := make(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if set.Len() != 10_000 || set.Features != 1024 || set.Classes != 9 {
			t.Errorf("seed %d: %d images of %d pixels, %d classes", seed, set.Len(), set.Features, set.Classes)
		}
		g := generator(t, seed)
		img := [1024]uint8{}
		for i := range set.Len() {
			label := g.Next(img[:])
			if label != set.Labels[i] || !slices.Equal(img[:], set.Images[i*1024:(i+1)*1024]) {
				t.Fatalf("seed %d, image %d is not the generator's", seed, i)
			}
		}
	}
}

func TestSetErrors(t *testing.T) {
	s := DefaultShapeset()
	if _, err := s.Set(t.Context(), 0, -1); err == nil {
		t.Error("-1 images made")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Set(ctx, 0, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
	s.Size = 0
	if _, err := s.Set(t.Context(), 0, 1); err == nil {
		t.Error("images of 0 pixels made")
	}
}
