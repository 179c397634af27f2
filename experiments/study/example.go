package study

import (
	_ "embed"
	"strings"

	"glorot/experiments/compare"
)

// Example is a file of a study that needs no stored data set.
//
//go:embed example.yaml
var Example string

// Metrics lists the metrics of a question.
func Metrics() string { return strings.Join(compare.NetworkNames(), ", ") }
