package study

import (
	"fmt"
	"strconv"
	"strings"

	"glorot/experiments/report"
	"glorot/experiments/run"
)

// The widths of figures in millimetres, and the sizes of fonts in points.
const (
	leastWidth, mostWidth = 30, 1000
	leastFont, mostFont   = 3, 30
)

// ParseSize returns the size of figures. The width is in mm, such as "85" or "85mm", or in inches, such as "3.25in". The error is a [*run.UsageError].
func ParseSize(width string, font float64) (report.Size, error) {
	number, unit := strings.TrimSuffix(width, "mm"), 1.0
	if inches, ok := strings.CutSuffix(width, "in"); ok {
		number, unit = inches, 25.4
	}
	w, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	w *= unit
	if err != nil || !(w >= leastWidth && w <= mostWidth) {
		return report.Size{}, wrong("--width %s; want %d to %d mm, such as 85 or 3.25in", width, leastWidth, mostWidth)
	}
	if !(font >= leastFont && font <= mostFont) {
		return report.Size{}, wrong("--font %v; want %d to %d points", font, leastFont, mostFont)
	}
	return report.Size{Width: w, Font: font}, nil
}

// ParseLabels returns what figures and tables call things, from texts NAME=TEXT. The error is a [*run.UsageError].
func ParseLabels(list []string) (map[string]string, error) {
	labels := map[string]string{}
	for _, label := range list {
		name, text, ok := strings.Cut(label, "=")
		if !ok || name == "" {
			return nil, wrong("--label %s; want NAME=TEXT, such as 'he_normal=He et al.'", label)
		}
		labels[name] = text
	}
	return labels, nil
}

func wrong(format string, args ...any) error {
	return &run.UsageError{Problem: fmt.Sprintf(format, args...)}
}
