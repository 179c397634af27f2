// Package recorder records trainings that are not glorot's own as runs: those of PyTorch, with a Python file that it has, and those of any Gorgonia
// graph. What they write is described by glorot help format.
package recorder

import _ "embed"

// PyTorch is the Python file that records a torch.nn.Module. It needs nothing but torch.
//
//go:embed glorot_hook.py
var PyTorch string
