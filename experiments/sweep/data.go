package sweep

import (
	"context"
	"errors"
	"strings"

	"glorot/experiments/dataset"
	"glorot/experiments/run"
	"glorot/experiments/runner"
	"glorot/experiments/train"
)

// A MissingError says which data sets of a sweep are missing.
type MissingError struct {
	Names []string // in the order of the cells
	First error    // about the first one
}

// Error lists the names.
func (e *MissingError) Error() string { return strings.Join(e.Names, ", ") }

// Unwrap returns the error about the first one.
func (e *MissingError) Unwrap() error { return e.First }

// PlanOn is [Sweep.Plan] with the data that open opens once each: every configuration is checked on its data, and the plan has their checksums and
// those of given weights. It also returns the data by [run.Data.Content]. Where open returns a [*dataset.MissingError] or a [*run.UsageError] the data
// are missing; in the end the error is a [*MissingError] about all of them.
func (s *Sweep) PlanOn(ctx context.Context, allowed run.Allowed, open func(context.Context, run.Data) (*dataset.Data, error)) (*Plan, map[string]*dataset.Data, error) {
	data, images, given, lacks := map[string]*dataset.Data{}, map[string]string{}, map[string]string{}, &MissingError{}
	p, err := s.Plan(ctx, allowed, func(cfg run.Config) (err error) {
		name := cfg.Data.Content()
		d, known := data[name]
		if !known {
			d, err = open(ctx, cfg.Data)
			missing, wrong := new(dataset.MissingError), new(run.UsageError)
			if errors.As(err, &missing) || errors.As(err, &wrong) {
				if lacks.Names = append(lacks.Names, name); lacks.First == nil {
					lacks.First = err
				}
			} else if err != nil {
				return err
			}
			data[name] = d
		}
		if d == nil {
			return nil
		}
		images[name] = d.Checksum()
		if err := runner.Check(cfg, d); err != nil || cfg.Model.From == "" {
			return err
		}
		given[cfg.Model.From], err = runner.GivenWeights(cfg, d)
		return err
	})
	if err == nil && lacks.First != nil {
		err = lacks
	}
	if err != nil {
		return nil, nil, err
	}
	p.Numbers, p.Images = train.Numbers, images
	if len(given) > 0 {
		p.Weights = given
	}
	return p, data, nil
}
