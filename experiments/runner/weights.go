package runner

import (
	"fmt"
	"slices"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/weights"
)

// Weights returns the weights at the end of a run, named as in one of the [weights.Layouts]. For the state_dict of a torch.nn.Sequential it also
// returns the Python expression that makes that. A run that did not end has none, which is an [fs.ErrNotExist].
func Weights(r *run.Run, layout string) (file safetensors.File, python string, err error) {
	if err := r.MustBeOwn(); err != nil {
		return file, "", err
	}
	if run.IsArchive(r.Dir()) {
		return file, "", &run.UsageError{Place: run.Place{File: r.Dir()}, Problem: "is an archive, which has no weights, expected: the directory of a run"}
	}
	file, err = safetensors.ReadFile(r.Path(run.WeightsFile))
	if err != nil || layout != "torch" {
		return file, "", err
	}
	shape := func(name string) []int {
		i := slices.IndexFunc(file.Tensors, func(t safetensors.Tensor) bool { return t.Name == name })
		if i < 0 || len(file.Tensors[i].Shape) != 2 {
			return []int{0, 0}
		}
		return file.Tensors[i].Shape
	}
	model, err := Network(r.Config(), shape("W1")[0], shape(fmt.Sprintf("W%d", len(r.Config().Model.Hidden)+1))[1])
	if err == nil {
		file.Tensors, python, err = weights.Sequential(model, file.Tensors)
	}
	if err != nil {
		return file, "", fmt.Errorf("%s: %w", r.Dir(), err)
	}
	return file, python, nil
}
