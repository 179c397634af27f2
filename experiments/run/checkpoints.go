package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// checkpointDir holds the checkpoints.
const checkpointDir = "checkpoints"

const checkpointExt = ".safetensors"

// PretrainingFile is the name of the newest checkpoint of a run's pre-training, relative to the run.
const PretrainingFile = checkpointDir + "/pretraining" + checkpointExt

// CheckpointFile is the name of the checkpoint after the given number of updates, relative to the run.
func CheckpointFile(update int) string {
	return fmt.Sprintf("%s/%09d%s", checkpointDir, update, checkpointExt)
}

// Checkpoints lists the updates of all checkpoints of the run, ascending. Some of them may be
// damaged. An archive has none.
func (r *Run) Checkpoints() ([]int, error) {
	if r.archived != nil {
		return nil, nil
	}
	return checkpointsIn(r.dir)
}

// NewestCheckpoint returns the update of the newest checkpoint of the run in a directory, from which it continues if it did not end, or 0 if there is
// none.
func NewestCheckpoint(dir string) int {
	updates, err := checkpointsIn(dir)
	if err != nil || len(updates) == 0 {
		return 0
	}
	return updates[len(updates)-1]
}

func checkpointsIn(dir string) ([]int, error) {
	entries, err := os.ReadDir(filepath.Join(dir, checkpointDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var updates []int
	for _, e := range entries {
		u, err := strconv.Atoi(strings.TrimSuffix(e.Name(), checkpointExt))
		if err == nil && u >= 0 && checkpointDir+"/"+e.Name() == CheckpointFile(u) {
			updates = append(updates, u)
		}
	}
	slices.Sort(updates)
	return updates, nil
}

// PruneCheckpoints removes the checkpoints up to the given update, except for the last
// checkpoint.keep, those in checkpoint.at, and the beginning of a child. Later checkpoints stay:
// they are from before the run was taken back to this update.
func (r *Run) PruneCheckpoints(update int) error {
	updates, err := r.Checkpoints()
	if err != nil {
		return err
	}
	begin := -1
	if p := r.manifest.Parent; p != nil {
		begin = p.Update
	}
	updates = slices.DeleteFunc(updates, func(u int) bool {
		return u > update || u == begin || slices.Contains(r.config.Checkpoint.At, u)
	})
	for _, u := range updates[:max(0, len(updates)-r.config.Checkpoint.Keep)] {
		if err := os.Remove(r.Path(CheckpointFile(u))); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes temporary files that a killed [atomicfile.Write] left.
func (r *Run) sweep() error {
	for _, dir := range []string{r.dir, r.Path(checkpointDir)} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			if !isLeft(e.Name()) {
				continue
			}
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// isLeft reports whether a name is that of a temporary file.
func isLeft(name string) bool { return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp") }
