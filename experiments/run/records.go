package run

import (
	"math"
	"slices"

	"glorot/experiments/pretrain"
	"glorot/experiments/train"
)

// The events of records.
const (
	DataEvent       = "data"       // which images these are
	LayersEvent     = "look"       // statistics of every layer
	ValidEvent      = "valid"      // errors on the validation images
	TestEvent       = "test"       // errors on the test images
	TrainEvent      = "train"      // errors on the examples that are trained with, in runs of other programs
	DigestEvent     = "digest"     // digests of the weights
	JacobianEvent   = "jacobian"   // spectra of the layers' Jacobians
	PretrainedEvent = "pretrained" // how well the layers reconstruct their inputs
	ForkEvent       = "fork"       // where the run leaves its parent
	DivergedEvent   = "diverged"   // the training met a NaN or an infinity
	finishEvent     = "finish"     // the end of a run of format 0
)

// Records of the log, each one line of JSON.
type (
	// DataRecord identifies the images of the run; the configuration has only their name.
	DataRecord struct {
		Event    string `json:"event"`
		Name     string `json:"name"`
		Checksum string `json:"checksum"`
		Train    int    `json:"train"` // images
		Valid    int    `json:"valid"`
		Test     int    `json:"test"`
	}

	// LayersRecord is a snapshot: it has the statistics of every layer.
	LayersRecord struct {
		Event    string `json:"event"`
		Examples int    `json:"examples,omitempty"` // 0 means observe.examples
		train.Layers
	}

	// A Score has the errors on one set of images after some updates.
	Score struct {
		Event    string  `json:"event"` // ValidEvent or TestEvent
		Update   int     `json:"update"`
		Examples int     `json:"examples"`
		Errors   int     `json:"errors"`
		Error    float64 `json:"error"`           // share of the images
		NLL      float64 `json:"nll"`             // mean, nats; NaN if it is not known
		Wrong    []byte  `json:"wrong,omitempty"` // bit i%8 of byte i/8 is 1 if test image i is wrong; see Observe.Wrong

		Confusion train.Confusion `json:"confusion,omitempty"` // how often each class (row) got each prediction (column)
	}

	// DigestRecord identifies the weights bit by bit.
	DigestRecord struct {
		Event  string `json:"event"`
		Update int    `json:"update"`
		train.Digest
	}

	// Spectrum has the singular values of each layer's Jacobian J^i = dz^{i+1}/dz^i (Glorot & Bengio 2010, eq. 17),
	// i = 1..d-1, on the first test image, descending.
	Spectrum struct {
		Event  string      `json:"event"`
		Update int         `json:"update"`
		Values [][]float32 `json:"singular_values"`
	}

	// PretrainedRecord says how well the layers reconstruct their inputs.
	PretrainedRecord struct {
		Event  string           `json:"event"`
		Layers []pretrain.Layer `json:"layers"`
	}

	// ForkRecord says at which update a run leaves its parent.
	ForkRecord struct {
		Event  string `json:"event"`
		Parent string `json:"parent"` // its id
		Update int    `json:"update"`
	}

	// Divergence says when and where a training met a NaN or an infinity; see train.DivergedError.
	Divergence struct {
		Event  string  `json:"event"`
		Update int     `json:"update"`
		Layer  int     `json:"layer"`
		Node   string  `json:"node"`
		Value  float64 `json:"value"`
	}
)

// Mean returns the mean singular value of each layer.
func (s Spectrum) Mean() []float64 {
	means := make([]float64, len(s.Values))
	for i, values := range s.Values {
		for _, v := range values {
			means[i] += float64(v)
		}
		means[i] /= float64(len(values))
	}
	return means
}

// Errors are the errors on both sets after the same number of updates.
type Errors struct {
	Update      int
	Valid, Test Score
}

// Update returns the update of a record, and whether it has one.
func (r Record) Update() (int, bool) {
	var at struct {
		Update *int `json:"update"`
	}
	if r.Decode(&at) != nil || at.Update == nil {
		return 0, false
	}
	return *at.Update, true
}

// A History is everything that is known of a trajectory: what its run recorded and what was measured afterwards, in the order of the
// log.
type History struct {
	Config     Config // of the run
	Manifest   Manifest
	Reached    int // the last update with any record
	Layers     []LayersRecord
	Scores     []Score
	Digests    []DigestRecord
	Spectra    []Spectrum
	Pretrained []pretrain.Layer
	Diverged   *Divergence // nil if it did not, as far as is known
}

// add adds one record.
func (h *History) add(r Record) (err error) {
	switch r.Event {
	case LayersEvent:
		v := LayersRecord{}
		err = r.Decode(&v)
		if v.Examples == 0 {
			v.Examples = h.Config.Observe.Examples
		}
		h.Layers = append(h.Layers, v)
	case ValidEvent, TestEvent:
		v := Score{Error: math.NaN(), NLL: math.NaN()}
		err = r.Decode(&v)
		h.Scores = append(h.Scores, v)
	case DigestEvent:
		v := DigestRecord{}
		err = r.Decode(&v)
		h.Digests = append(h.Digests, v)
	case JacobianEvent:
		v := Spectrum{}
		if err = r.Decode(&v); v.Values != nil {
			h.Spectra = append(h.Spectra, v)
		}
	case PretrainedEvent:
		v := PretrainedRecord{}
		err = r.Decode(&v)
		h.Pretrained = v.Layers
	case DivergedEvent:
		h.Diverged = &Divergence{}
		err = r.Decode(h.Diverged)
	}
	if err != nil {
		return err
	}
	if u, ok := r.Update(); ok {
		h.Reached = max(h.Reached, u)
	}
	return nil
}

// merge sorts the records, and merges those of the same snapshot or test, which was measured again for what its record lacked.
func (h *History) merge() {
	h.Layers = merged(h.Layers, func(r LayersRecord) int { return r.Update }, func(a, b LayersRecord) (LayersRecord, bool) {
		return a.with(b), a.Examples == b.Examples && len(a.Layers.Layers) == len(b.Layers.Layers) && a.Same(b)
	})
	h.Scores = merged(h.Scores, func(s Score) int { return s.Update }, func(a, b Score) (Score, bool) {
		both, same := known(a, b)
		return both, same && a.Event == b.Event
	})
}

// merged sorts records by their updates, and joins those of one update for which join is true.
func merged[T any](records []T, update func(T) int, join func(a, b T) (T, bool)) (list []T) {
	slices.SortStableFunc(records, func(a, b T) int { return update(a) - update(b) })
next:
	for _, r := range records {
		for i := len(list) - 1; i >= 0 && update(list[i]) == update(r); i-- {
			if both, ok := join(list[i], r); ok {
				list[i] = both
				continue next
			}
		}
		list = append(list, r)
	}
	return list
}

// Errors returns the errors of those updates at which both sets were tested, ascending.
func (h *History) Errors() []Errors { return PairErrors(h.Scores) }
