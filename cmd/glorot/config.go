package main

import (
	"fmt"
	"math"

	"glorot/experiments/run"
	"glorot/models"

	"github.com/urfave/cli/v2"
)

// configFlags choose the configuration of a run.
func configFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Usage: "read the configuration from a YAML `FILE`"},
		&cli.StringSliceFlag{Name: "set", Usage: "set one `KEY=VALUE` of the configuration; may be repeated"},
	}
}

// configuration resolves defaults, --config and --set.
func configuration(c *cli.Context) (run.Config, error) {
	return run.Load(c.String("config"), c.StringSlice("set"), allowed())
}

// allowed lists the names that the configuration may use.
func allowed() run.Allowed {
	a := run.Allowed{Data: dataNames()}
	for _, x := range models.Activations() {
		a.Activations = append(a.Activations, x.Name)
	}
	for _, x := range models.Initializers() {
		a.Inits = append(a.Inits, x.Name)
	}
	for _, x := range models.Costs() {
		a.Costs = append(a.Costs, x.Name)
	}
	return a
}

// maxWeights of a network are 8 GiB. What no memory could hold would end the program in the middle.
const maxWeights = math.MaxInt32

// network declares the network of a configuration for images of that many values, of that many classes.
func network(c run.Config, features, classes int) (models.Config, error) {
	m := models.Config{Inputs: features, Hidden: c.Model.Hidden, Classes: classes}
	sizes, weights := m.Sizes(), 0
	for i := range sizes[1:] {
		weights += sizes[i] * sizes[i+1]
	}
	if weights > maxWeights {
		return m, wrongUse("model.hidden: %d weights; want at most %d", weights, maxWeights)
	}
	var err error
	if m.Activation, err = models.ActivationByName(c.Model.Activation); err != nil {
		return m, err
	}
	if m.Init, err = models.InitializerByName(c.Model.Init); err != nil {
		return m, err
	}
	m.Cost, err = models.CostByName(c.Model.Cost)
	return m, err
}

// configHelp lists the configuration keys for a command's help.
func configHelp() string {
	text := "Configuration keys:\n"
	for _, k := range run.Keys(allowed()) {
		text += fmt.Sprintf("   %-17s %s; default %s\n", k.Name, k.Allowed, k.Default)
	}
	return text
}
