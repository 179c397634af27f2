package runner

import (
	"fmt"
	"slices"

	"glorot/experiments/run"
	"glorot/experiments/run/safetensors"
	"glorot/experiments/train"
	"glorot/models"
)

// digests are the digests that a run has logged.
type digests struct {
	logged map[int]train.Digest // by update
	last   int                  // the last update whose digest matched, -1 before the first
}

func newDigests(logs ...run.Log) (*digests, error) {
	d := &digests{logged: make(map[int]train.Digest), last: -1}
	for _, log := range logs {
		for _, record := range log.Records {
			if record.Event != run.DigestEvent {
				continue
			}
			var r run.DigestRecord
			if err := record.Decode(&r); err != nil {
				return nil, err
			}
			d.logged[r.Update] = r.Digest
		}
	}
	return d, nil
}

// due returns the schedule of the digests.
func (d *digests) due(u int) bool {
	_, ok := d.logged[u]
	return ok
}

// differs says how the parameters differ from the digest of an update. It returns "" if they do not.
func (d *digests) differs(u int, p *models.Parameters) string {
	want, got := d.logged[u], train.DigestOf(p)
	if want.SHA256 == got.SHA256 {
		d.last = u
		return ""
	}
	since := "from the beginning"
	if d.last >= 0 {
		since = fmt.Sprintf("after update %d, where all tensors are the same", d.last)
	}
	tensors := train.Tensors(p)
	i := slices.IndexFunc(tensors, func(t safetensors.Tensor) bool { return want.Tensors[t.Name] != got.Tensors[t.Name] })
	if i < 0 {
		return fmt.Sprintf("the digest in the log is %s, the replay's %s", want.SHA256, got.SHA256)
	}
	name := tensors[i].Name
	return fmt.Sprintf("tensor %s differs, %s: its SHA-256 in the log is %s, the replay's %s", name, since, want.Tensors[name], got.Tensors[name])
}
