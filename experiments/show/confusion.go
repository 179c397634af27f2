package show

import (
	"fmt"
	"math"
	"strings"
)

// mostClasses is how many classes a table of a confusion matrix has at most.
const mostClasses = 10

// write writes the matrix as a table with the error of each class, if it has few classes. A point is 0.
func (c *Confusion) write(b *strings.Builder) {
	if len(c.Matrix) > mostClasses {
		return
	}
	width := 2
	for _, row := range c.Matrix {
		for _, n := range row {
			width = max(width, len(fmt.Sprint(n)))
		}
	}
	fmt.Fprintf(b, "\n  predictions of the test images of each class after %d updates\n  %-7s", c.Update, "class")
	for k := range c.Matrix {
		fmt.Fprintf(b, " %*d", width, k)
	}
	fmt.Fprintf(b, " %8s\n", "error")
	for k, e := range c.Matrix.ClassErrors() {
		fmt.Fprintf(b, "  %-7d", k)
		for _, n := range c.Matrix[k] {
			cell := "."
			if n > 0 {
				cell = fmt.Sprint(n)
			}
			fmt.Fprintf(b, " %*s", width, cell)
		}
		percent := "-"
		if !math.IsNaN(e) {
			percent = fmt.Sprintf("%.1f %%", 100*e)
		}
		fmt.Fprintf(b, " %8s\n", percent)
	}
}
