package models_test

import (
	"fmt"

	"glorot/models"

	G "gorgonia.org/gorgonia"
)

// An activation of one's own is made of Gorgonia's ops, and is used like the others: here the sine.
func ExampleNewActivation() {
	sine, err := models.NewActivation("sine", "sin(s)", func(s *G.Node) (*G.Node, error) { return G.Sin(s) })
	if err != nil {
		fmt.Println(err)
		return
	}
	sine.Low, sine.High = -1, 1
	initial, err := models.InitializerByName("xavier")
	if err != nil {
		fmt.Println(err)
		return
	}
	cost, err := models.CostByName("nll")
	if err != nil {
		fmt.Println(err)
		return
	}
	c := models.Config{Inputs: 4, Hidden: []int{5, 5}, Classes: 3, Activation: sine, Init: initial, Cost: cost}
	p, err := c.Parameters(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := c.Build(p, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v, and its slope at 1 is %.4f\n", net.Z[1].Op(), sine.Derivative(1, 0))
	// Output: sin, and its slope at 1 is 0.5403
}
