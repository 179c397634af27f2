package export

import (
	"io"

	"glorot/experiments/dataset/npz"
)

// NPZ writes all that was logged, histograms too, as numpy's .npz. Of each run:
//
//	RUN/test/update            [scores] int64; RUN/test/error (share) and RUN/test/nll (nats) float64; RUN/valid/… too
//	RUN/update                 [looks] int64
//	RUN/layer1/z/std           [looks] float64, and so for every scalar of the tables
//	RUN/layer1/z/counts        [looks, bins] int64: the histogram
//	RUN/layer1/z/range         [looks, 2] float64: its ends, between which all bins have one width
//	RUN/layer1/z/outside       [looks, 2] int64: values below and above them
func NPZ(w io.Writer, runs []*Run) error {
	list, err := arrays(runs)
	if err != nil {
		return err
	}
	out := make([]npz.Array, len(list))
	for i, a := range list {
		out[i] = npz.Array{Name: a.name, Shape: a.shape, Data: a.data}
	}
	return npz.Write(w, out...)
}
