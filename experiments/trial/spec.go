package trial

import (
	"fmt"
	"strings"

	"glorot/experiments/train"
	"glorot/models"
)

// A Spec declares a training. Two trainings of the same Spec, and of the same numbers of this program (see
// [train.Numbers]), have the same Result. It is the key under which a Result is kept, so that its JSON must not change for
// the trainings that are kept already: new fields are left out of it when they are zero.
type Spec struct {
	Data       string  `json:"data"`               // a name of Names
	Checksum   string  `json:"checksum,omitempty"` // of stored data; Complete fills it
	Hidden     []int   `json:"hidden"`             // width of each hidden layer, from the input on
	Activation string  `json:"activation"`         // of the hidden layers
	Init       string  `json:"init"`               // see models.Initializers
	Cost       string  `json:"cost"`               // see models.Costs
	Low        float64 `json:"low"`                // the inputs that the grey levels 0 and 255 become
	High       float64 `json:"high"`
	Rate       float64 `json:"rate"` // constant, on the mean gradient of the mini-batch
	Batch      int     `json:"batch"`
	Updates    int     `json:"updates"`
	Seed       uint64  `json:"seed"` // of the weights, the order of stored data, the images of generated data

	Pretraining *Pretraining `json:"pretraining,omitempty"` // nil for none
	Curvature   *Curvature   `json:"curvature,omitempty"`   // nil for plain stochastic gradient descent

	Watch Watch `json:"watch"`
}

// Pretraining declares how the hidden layers begin as denoising auto-encoders; see [pretrain.Options]. The training goes on with
// the images that follow.
type Pretraining struct {
	Updates int     `json:"updates"` // of each layer
	Rate    float64 `json:"rate"`
	Noise   float64 `json:"noise"`
}

// Curvature declares a rate for each parameter; see [train.Curvature].
type Curvature struct {
	Method string  `json:"method"`
	Mu     float64 `json:"mu"`
	Every  int     `json:"every"`
	Decay  float64 `json:"decay"`
}

// Watch says what is looked at, and when. Looking changes nothing in the training.
type Watch struct {
	Every     int   `json:"every,omitempty"`     // updates between two looks at all layers, also before and after the training; 0 means none at all
	Examples  int   `json:"examples,omitempty"`  // first test images that are looked at
	Gradients bool  `json:"gradients,omitempty"` // looks see gradients, those of mini-batches of 10 of these images
	Jacobians []int `json:"jacobians,omitempty"` // updates at which the layers' Jacobians are decomposed
	Test      int   `json:"test,omitempty"`      // updates between two tests on the validation and the test set, also after the training; 0 means only then
	Images    int   `json:"images,omitempty"`    // first images of each of the two sets that tests take; 0 means all
}

// looked and tested report whether the network is looked at, and tested, after u updates.
func (s Spec) looked(u int) bool {
	return s.Watch.Every > 0 && (u%s.Watch.Every == 0 || u == s.Updates)
}

func (s Spec) tested(u int) bool {
	return u == s.Updates || s.Watch.Test > 0 && u > 0 && u%s.Watch.Test == 0
}

// Looks and Tests return how many there are.
func (s Spec) Looks() int {
	if s.Watch.Every == 0 {
		return 0
	}
	return 1 + (s.Updates+s.Watch.Every-1)/s.Watch.Every
}

func (s Spec) Tests() int {
	if s.Watch.Test == 0 || s.Updates == 0 {
		return 1
	}
	return (s.Updates + s.Watch.Test - 1) / s.Watch.Test
}

// Name says what is trained, in a word that may begin a file's name: "shapeset-tanh-normalized-5x1000-0.01-in-0-1-300000-seed1".
func (s Spec) Name() string {
	parts := []string{s.Data, s.Activation, s.Init, s.shape()}
	if s.Cost != "nll" {
		parts = append(parts, s.Cost)
	}
	if s.Pretraining != nil {
		parts = append(parts, "pretrained")
	}
	if s.Curvature != nil {
		parts = append(parts, s.Curvature.Method)
	}
	parts = append(parts, fmt.Sprintf("%g-in-%g-%g-%d-seed%d", s.Rate, s.Low, s.High, s.Updates, s.Seed))
	return strings.Join(parts, "-")
}

// shape is "5x1000" for equal widths, otherwise "600+800+1000".
func (s Spec) shape() string {
	equal := true
	var widths []string
	for _, w := range s.Hidden {
		equal = equal && w == s.Hidden[0]
		widths = append(widths, fmt.Sprint(w))
	}
	if equal && len(s.Hidden) > 0 {
		return fmt.Sprintf("%dx%d", len(s.Hidden), s.Hidden[0])
	}
	return strings.Join(widths, "+")
}

// Key is what a Result is kept under: the Spec and the numbers of this program.
type Key struct {
	Numbers int  `json:"numbers"` // train.Numbers
	Spec    Spec `json:"spec"`
}

// Key returns the key of the Spec's Result.
func (s Spec) Key() Key { return Key{train.Numbers, s} }

// model declares the network for a data set of that many features and classes.
func (s Spec) model(features, classes int) (models.Config, error) {
	c := models.Config{Inputs: features, Hidden: s.Hidden, Classes: classes}
	var err error
	if c.Activation, err = models.ActivationByName(s.Activation); err != nil {
		return c, err
	}
	if c.Init, err = models.InitializerByName(s.Init); err != nil {
		return c, err
	}
	c.Cost, err = models.CostByName(s.Cost)
	return c, err
}
