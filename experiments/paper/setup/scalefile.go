package setup

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
)

// OpenScale returns the scale of a name as [ScaleByName] does or, for tests and experiments, the one in a JSON file.
func OpenScale(name string) (Scale, error) {
	if filepath.Ext(name) != ".json" {
		return ScaleByName(name)
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return Scale{}, err
	}
	scale, d := Scale{}, json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	err = d.Decode(&scale)
	scale.Name = name
	return scale, err
}
