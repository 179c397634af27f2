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

// PretrainingFile is the name in a run of the checkpoint of its pre-training, the newest.
const PretrainingFile = checkpointDir + "/pretraining" + checkpointExt

// CheckpointFile is the name in a run of the checkpoint that was made after so many updates.
func CheckpointFile(update int) string {
	return fmt.Sprintf("%s/%09d%s", checkpointDir, update, checkpointExt)
}

// Checkpoints lists the updates of the checkpoints that are there, ascending, whole ones
// and damaged ones.
func (r *Run) Checkpoints() ([]int, error) {
	entries, err := os.ReadDir(r.Path(checkpointDir))
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

// PruneCheckpoints removes the checkpoints up to the given update that need not be kept:
// neither among the last checkpoint.keep, nor in checkpoint.at, nor the beginning of a
// child. Later ones stay: they are left from before the run went back to this update.
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

// sweep removes what an [atomicfile.Write] left that was killed.
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
