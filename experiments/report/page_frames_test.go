package report

import (
	"bytes"
	"strings"
	"testing"
)

// A page has the panels of all times, in order after the figure's own, with their numbers and under the same legend; without a script they are in
// details, which are closed. Files have the figure's own panels alone.
func TestFrames(t *testing.T) {
	f := sampleErrors()
	drawn := f.plan()
	f.Time, f.Frames = "at the end", []Frame{{"before", f.Panels}, {"after 1", f.Panels[:1]}}
	v, err := newPageFigure(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Drawings) != 2 || len(v.Times) != 2 || len(v.Times[0].Drawings) != 2 || len(v.Times[1].Drawings) != 1 || len(v.Data.Charts) != 5 {
		t.Fatalf("%d drawings, times %d, %d charts", len(v.Drawings), len(v.Times), len(v.Data.Charts))
	}
	if v.Times[0].Drawings[1] != v.Drawings[1] || v.Data.Charts[3].Frame != v.Data.Charts[1].Frame {
		t.Error("the same panel at another time is drawn differently")
	}
	if with := f.plan(); with.panelWidth != drawn.panelWidth || len(with.rows) != len(drawn.rows) {
		t.Error("frames change the files")
	}
	var page bytes.Buffer
	if err := WritePage(&page, Page{Sections: []Section{{ID: "fig4", Title: "Figure 4", Figure: &f}}}); err != nil {
		t.Fatal(err)
	}
	html, _, _ := strings.Cut(page.String(), "<script>")
	at := -1
	for _, part := range []string{`data-time="at the end"`, `<ul class="legend"`, `<details class="times">`, `data-time="before"`, `data-time="after 1"`, `"charts":`} {
		if i := strings.Index(html, part); i < at || i < 0 {
			t.Errorf("%s stands at %d, after what stands at %d", part, i, at)
		} else {
			at = i
		}
	}
	f.Frames[1].Panels = nil
	if err := f.Validate(); err == nil || !strings.HasPrefix(err.Error(), "after 1: ") {
		t.Errorf("a frame without panels: %v", err)
	}
}
