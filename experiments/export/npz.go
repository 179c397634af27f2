package export

import (
	"io"

	"glorot/experiments/dataset/npz"
)

// NPZ writes everything that was logged, including histograms, as numpy's .npz. For each run, with S snapshots:
//
//	RUN/test/update            [scores] int64; RUN/test/error (share) and RUN/test/nll (nats) float64; RUN/valid/… too
//	RUN/update                 [S] int64
//	RUN/layer1/z/std           [S] float64, and so on for every scalar of the tables
//	RUN/layer1/z/counts        [S, bins] int64: the histogram
//	RUN/layer1/z/range         [S, 2] float64: its ends, between which all bins have the same width
//	RUN/layer1/z/outside       [S, 2] int64: values below and above them
//	RUN/test/confusion         [scores, C, C] int64: images of each class (row) by prediction, 0 where it was not recorded
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
