package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"testing"
)

// The sums in this file were computed by an independent port of the authors'
// generator in Python, with numpy 2.4.6's RandomState.

// digests returns the SHA-256 of the first n images, and of their labels.
func digests(t *testing.T, s Shapeset, seed uint32, n int) (images, labels string) {
	t.Helper()
	g, err := s.NewGenerator(seed)
	if err != nil {
		t.Fatal(err)
	}
	i, l := sha256.New(), sha256.New()
	img := make([]uint8, s.Features())
	for range n {
		label := g.Next(img)
		i.Write(img)
		l.Write([]uint8{label})
	}
	return hex.EncodeToString(i.Sum(nil)), hex.EncodeToString(l.Sum(nil))
}

// 200,000 images of the paper's constants, pixel for pixel.
func TestGoldenSums(t *testing.T) {
	for _, c := range []struct {
		seed           uint32
		images, labels string
	}{
		{0, "15137930f4061df4282f43d34ed65d38f7129e4e2c5b6332fd2355938febb925",
			"f1c27d0bfc18c93506f438da6a9e5e78a1d3a27803cfe736c2a7dd3a5e5ead60"},
		{1, "c70069857f03db9738f749a92e73832b5edccb8e8b42d3a679ab117e446ee064",
			"34624fcb7894abf2862648f2e4c3ff4aae5e51669b831c6b0fc08bceed2c9fc9"},
		{12345, "3bd99ed4151ae7d5ecdf23b06e9735fd6eeea7cb825de7984f9ebb5b6187b823",
			"0caa6dd96dc96ba2856fbd238b0aa73261355261a9bb73ee22c488e6649c936b"},
		{4294967295, "4dc4d36ff955fcf42bc43f61bfbe3f0207d992b9dd10370d54d76b85a11914c2",
			"87af322ecf26f659d31986b4bdcc4c5b07083f2f2eb73150f58ebf3f40fbe26c"},
	} {
		t.Run(fmt.Sprint("seed ", c.seed), func(t *testing.T) {
			t.Parallel()
			images, labels := digests(t, DefaultShapeset(), c.seed, 50_000)
			if images != c.images || labels != c.labels {
				t.Errorf("images %s, labels %s", images, labels)
			}
		})
	}
}

// Every constant of the authors' generator changed once: the first 16 digits of
// the sums of 2,000 images of seed 7.
func TestGoldenConstants(t *testing.T) {
	for _, c := range []struct {
		name, images, labels string
		change               func(*Shapeset)
	}{
		{"paper", "1d89ff9df950bca7", "958eed6344772585", func(*Shapeset) {}},
		{"figure 1", "50072f5ac7e98dfe", "1906a8206745c1c7", func(s *Shapeset) { s.Size = 64 }},
		{"regular", "e78181bdd9a88fba", "f2b7a3635a9f831c", func(s *Shapeset) { s.Deformation = Regular }},
		{"stretched", "a430698a26ea1068", "4b102475b44ed28f", func(s *Shapeset) { s.Deformation = Stretched }},
		{"four shapes", "7830f7c4028df5f4", "39405d43020818d1", func(s *Shapeset) { s.Vertices, s.Size = []int{3, 4, 5, 30}, 48 }},
		{"many vertices", "aadc7fddb62308e2", "c0f13daabbef2936", func(s *Shapeset) { s.Vertices = []int{128, 200, 255, 3} }},
		{"one object", "4d46b36daad0d1cb", "ab9fde38a6021076", func(s *Shapeset) { s.MaxObjects = 1 }},
		{"two objects", "390614b9a3d44d0f", "254d69d8bdaa5e21", func(s *Shapeset) { s.MinObjects = 2 }},
		{"strict overlap", "9ea834b7b15e246e", "675436df6343889f", func(s *Shapeset) { s.MinObjects, s.Overlap, s.RejectionMax = 2, .02, 3 }},
		{"no overlap rule", "e1485578dcc20b7e", "d530355a741a49b4", func(s *Shapeset) { s.Overlap = math.Inf(1) }},
		{"turned", "d14b933544f4d3ce", "7aa4b21a152de850", func(s *Shapeset) { s.Rotation, s.Angles = Range{.25, .5}, 100 }},
		{"unturned", "411abde914530bc0", "9dea3d282f137954", func(s *Shapeset) { s.Rotation = Range{.3, .3} }},
		{"middle", "99fe33e0d422ba60", "d5bdba8b5f3a7884", func(s *Shapeset) { s.Position, s.Scales = Range{.4, .6}, Range{.5, .5} }},
		{"greys", "eedd4d3fb2444e4b", "f105af0152ae323a", func(s *Shapeset) {
			s.Background, s.Foreground, s.Swap = Range{.2, .2}, Range{.1, .9}, .9
		}},
	} {
		s := DefaultShapeset()
		c.change(&s)
		images, labels := digests(t, s, 7, 2000)
		if images[:16] != c.images || labels[:16] != c.labels {
			t.Errorf("%s: images %s, labels %s, want %s, %s", c.name, images[:16], labels[:16], c.images, c.labels)
		}
	}
}

// Of the 2,000 pairs "strict overlap" draws, the port gave up 1215.
func TestDropped(t *testing.T) {
	s := DefaultShapeset()
	s.MinObjects, s.Overlap, s.RejectionMax = 2, .02, 3
	g, err := s.NewGenerator(7)
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		scene := g.NextScene()
		if single := len(scene.Objects) == 1; single != scene.Dropped || single != (scene.Label < 3) {
			t.Fatalf("%d objects, dropped %v, label %d", len(scene.Objects), scene.Dropped, scene.Label)
		}
	}
	if got := g.Tally().Dropped; got != 1215 {
		t.Errorf("%d second objects dropped, want 1215", got)
	}
}
