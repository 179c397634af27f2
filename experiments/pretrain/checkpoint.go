package pretrain

import (
	"encoding/json"
	"fmt"

	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
)

// StageName marks a Stage's checkpoints, and distinguishes them from those of a train.Loop.
const StageName = "pre-training"

// extra is what a checkpoint holds besides tensors and the source.
type extra struct {
	Updates int     `json:"updates"`         // of each layer
	Layers  []Layer `json:"layers"`          // the finished ones
	Costs   costs   `json:"costs"`           // of the current layer
	Noise   []byte  `json:"noise,omitempty"` // the position of its stream; empty between two layers
}

// Checkpoint returns the stage's state: all parameters and, within a layer, the biases c of its reconstruction, the position of its
// noise and the sums of its costs. The tensors share the stage's memory, so write them before the next update. Update counts the
// updates of all layers together. It fails if the source is not train.Stateful, and after an update failed.
func (s *Stage) Checkpoint() (*train.Checkpoint, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	c, err := train.NewCheckpoint(StageName, s.done, s.o.Params, s.o.Source)
	if err != nil {
		return nil, err
	}
	e := extra{Updates: s.o.Updates, Layers: s.layers, Costs: s.costs}
	if s.layer != nil {
		c.State = []safetensors.Tensor{s.layer.visible()}
		if e.Noise, err = s.layer.noise.source.MarshalBinary(); err != nil {
			return nil, err
		}
	}
	c.Extra, err = json.Marshal(e)
	return c, err
}

// Resume puts the stage into the state of a checkpoint: Run continues with the hooks of that update and then with the next update. The
// caller has made the source from the checkpoint's Source. Resume fails if the checkpoint is not that of a Stage, or belongs to another
// network or number of updates, or if the source is at another position; after an error the parameters may be a mixture of old and new ones.
func (s *Stage) Resume(c *train.Checkpoint) error {
	if err := c.Restore(StageName, s.o.Params, s.o.Source); err != nil {
		return err
	}
	if err := s.restore(c); err != nil {
		return fmt.Errorf("checkpoint of update %d: %w", c.Update, err)
	}
	return nil
}

func (s *Stage) restore(c *train.Checkpoint) error {
	var e extra
	if err := json.Unmarshal(c.Extra, &e); err != nil {
		return fmt.Errorf("state of the pre-training: %w", err)
	}
	if e.Updates != s.o.Updates || len(e.Layers) != c.Update/e.Updates || len(e.Layers) > len(s.o.Model.Hidden) {
		return fmt.Errorf("the checkpoint has %d finished layers with %d updates each; want %d updates", len(e.Layers), e.Updates, s.o.Updates)
	}
	*s = Stage{o: s.o, calls: s.calls, done: c.Update, costs: e.Costs, layers: e.Layers}
	s.calls.Again()
	if c.Update%e.Updates == 0 {
		return nil
	}
	var err error
	if s.layer, err = newLayer(s.o, s.number()-1); err != nil {
		return err
	}
	own := s.layer.visible()
	data, err := safetensors.Get[float32](safetensors.File{Tensors: c.State}, own.Name, own.Shape...)
	if err != nil {
		return err
	}
	copy(own.Data.([]float32), data)
	if err := s.layer.noise.source.UnmarshalBinary(e.Noise); err != nil {
		return fmt.Errorf("state of the noise: %w", err)
	}
	return nil
}
