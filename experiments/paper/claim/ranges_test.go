package claim

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The log of changes has every claim, by itself or between two others.
func TestRangesLog(t *testing.T) {
	src, err := os.ReadFile("../RANGES.md")
	if err != nil {
		t.Fatal(err)
	}
	said := make(map[int]bool)
	for _, m := range regexp.MustCompile(`C(\d+)( to C(\d+))?`).FindAllStringSubmatch(string(src), -1) {
		from := Claim{ID: "C" + m[1]}.number()
		to := from
		if m[3] != "" {
			to = Claim{ID: "C" + m[3]}.number()
		}
		for n := from; n <= to; n++ {
			said[n] = true
		}
	}
	for _, c := range All() {
		if !said[c.number()] {
			t.Errorf("RANGES.md says nothing of %s", c.ID)
		}
	}
}

// Every row says what it is evidence of, and whether the paper's own figure passes; the paper's numbers pass their own tests but for those that are known
// to contradict each other.
func TestOwnFigure(t *testing.T) {
	fails := map[string]bool{
		"C2 the simulation": true, "C7 layer 1": true, "C8 eq. 16 in every layer, layer 1": true, "C8 as the paper's figures": true,
		"C8 Figure 8 and Figure 9": true, "C9 variance ratio, standard": true, "C9 variance ratio, eq. 16 in every layer": true,
		"C19 time of Figure 2": true, "C24 the standard deviations": true, "C31 5 million updates": true, "C33 the rule for bold": true,
	}
	o := fabricated()
	numbers := 0
	for _, c := range All() {
		for _, row := range c.Rows(o) {
			failed := strings.HasPrefix(row.Printed, "fails")
			if row.Kind == "" || row.Printed == "" || failed != fails[c.ID+" "+row.Variant] {
				t.Errorf("%s %s, %s: the paper's own figure %s", c.ID, row.Variant, row.Kind, row.Printed)
			}
			if row.Printed != noNumber {
				numbers++
			}
			delete(fails, c.ID+" "+row.Variant)
		}
	}
	if len(fails) > 0 || numbers < 40 {
		t.Errorf("%d rows have a number of the paper's; without a row: %v", numbers, fails)
	}
}
