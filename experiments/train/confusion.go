package train

import (
	"encoding/json"
	"fmt"
)

// UnmarshalJSON reads a matrix, which must be square: other programs write some, too.
func (c *Confusion) UnmarshalJSON(src []byte) error {
	var rows [][]int
	if err := json.Unmarshal(src, &rows); err != nil {
		return err
	}
	for i, row := range rows {
		if len(row) != len(rows) {
			return fmt.Errorf("a confusion matrix of %d classes has %d predictions for class %d", len(rows), len(row), i)
		}
	}
	*c = rows
	return nil
}
