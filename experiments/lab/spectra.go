package lab

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"glorot/experiments/run"
)

// Bounds on measuring the Jacobians of a run.
const (
	recomputeWithin = 20 * time.Second // the training from the nearest checkpoint
	spectrumWithin  = 2 * time.Minute  // all of it, with a pre-training from its beginning
)

// Measured are the spectra of the Jacobians after an update of a run.
type Measured struct {
	Record run.Spectrum `json:"record"` // its update is an earlier one if the time did not suffice
	Kept   bool         `json:"kept"`   // in the directory of the run
}

// spectrum measures the Jacobians of a run after the update of the order, or finds what is known of them. One request is served at a time.
func (l *Lab) spectrum(req *http.Request) (any, error) {
	o, err := read(req)
	if err != nil {
		return nil, err
	}
	path, err := l.path(o.Run)
	if err != nil {
		return nil, err
	}
	if o.At == nil || *o.At < 0 {
		return nil, refuse(http.StatusBadRequest, "the order does not say at which update")
	}
	r, err := run.Open(path)
	if err != nil {
		return nil, err
	}
	if err := r.MustBeOwn(); err != nil {
		return nil, err
	}
	if len(r.Config().Model.Hidden) < 2 {
		return nil, refuse(http.StatusBadRequest, "%s: has one hidden layer, and Jacobians are those from one hidden layer to the next", o.Run)
	}
	h, err := r.History()
	if err != nil {
		return nil, err
	}
	known := func(update int) int {
		return slices.IndexFunc(h.Spectra, func(s run.Spectrum) bool { return s.Update == update })
	}
	if i := known(*o.At); i >= 0 {
		return Measured{h.Spectra[i], true}, nil
	}
	select {
	case l.jacobians <- struct{}{}:
		defer func() { <-l.jacobians }()
	case <-req.Context().Done():
		return nil, context.Cause(req.Context())
	}
	ctx, stop := context.WithTimeout(req.Context(), spectrumWithin)
	defer stop()
	within, stopTraining := context.WithTimeout(ctx, recomputeWithin)
	defer stopTraining()
	s, err := l.runner.SpectrumAt(ctx, r, 1, *o.At, within.Done()) // several threads would wait for each other while trainings run
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, refuse(http.StatusConflict, "the Jacobians after update %d cannot be measured within %v", *o.At, spectrumWithin)
	case err != nil:
		return nil, err
	}
	return Measured{s, known(s.Update) >= 0 || l.keep(path, s)}, nil
}

// keep adds spectra to what was measured of a run after its training, once, unless a process works on it. An archive, or a folder in which nothing can
// be written, does not keep them.
func (l *Lab) keep(path string, s run.Spectrum) bool {
	if run.IsArchive(path) {
		return false
	}
	r, _, err := run.Resume(path)
	if err != nil {
		return false
	}
	h, err := r.History() // as another page may have asked for the same
	if err == nil && !slices.ContainsFunc(h.Spectra, func(x run.Spectrum) bool { return x.Update == s.Update }) {
		err = r.LogExtra(s)
	}
	return errors.Join(err, r.Close()) == nil
}
