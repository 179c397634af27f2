package paper

import (
	"context"
	"errors"

	"glorot/experiments/dataset"
	"glorot/experiments/paper/figure"
	"glorot/experiments/paper/observed"
	"glorot/experiments/paper/plan"
	"glorot/experiments/paper/setup"
)

// openPictures reads the images of Figure 1's lower half, if they are there.
func (s *Study) openPictures(ctx context.Context) error {
	sets, err := s.data.Open(ctx, "smallimagenet")
	var none *dataset.MissingError
	if errors.As(err, &none) {
		return nil
	}
	if err == nil {
		s.obs.Pictures = figure.PictureSheet(sets)
	}
	return err
}

// storedJobs returns jobs that measure networks on stored data before training. If the images are missing, it uses the kept measurements.
func (s *Study) storedJobs(p *plan.Plan) []plan.Job {
	var jobs []plan.Job
	sets := make(map[string]*fixed)
	for _, sub := range s.needs().Stored {
		t := s.obs.Trained[sub]
		if t.Missing != "" {
			continue
		}
		if sets[sub.Data] == nil {
			sets[sub.Data] = &fixed{open: func(ctx context.Context) (*dataset.Set, error) {
				all, err := s.data.Open(ctx, sub.Data)
				if err != nil {
					return nil, err
				}
				return sampled(all.Test, setup.Examples), nil
			}}
		}
		seeds := make([]observed.Initial, s.o.Scale.Seeds)
		there := true
		for i := range seeds {
			key := s.initialKey(sub, i)
			key.Gradients, key.Checksum = true, p.Origin(sub.Data).Data.Checksum
			images := sets[sub.Data]
			if t.Absent != "" {
				images = nil
			}
			j, kept := s.initialJob(key, images, &seeds[i])
			if there = there && (kept || t.Absent == ""); !kept && there {
				jobs = append(jobs, j)
			}
		}
		if there {
			s.obs.Stored[sub] = seeds
		}
	}
	return jobs
}
