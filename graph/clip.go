package graph

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/tensor"
)

// clipping is what ClipValue or ClipNorm asks for.
type clipping struct {
	norm bool
	most float64
}

// ClipValue limits every element of the gradients of the updates to [-most, most] before the rules take them, as
// torch.nn.utils.clip_grad_value_ does.
func ClipValue(most float64) Option {
	return func(o *options) { o.clips = append(o.clips, clipping{false, most}) }
}

// ClipNorm multiplies the gradients of all updates by min(1, most/(norm + 1e-6)) before the rules take them, where norm is the root of the
// sum of the squares of all their elements, as torch.nn.utils.clip_grad_norm_ does. The sum has one order of additions, in float64. All
// gradients are stored, as none can be applied before the last is there.
func ClipNorm(most float64) Option {
	return func(o *options) { o.clips = append(o.clips, clipping{true, most}) }
}

// clip takes the options.
func (p *progress) clip(clips []clipping, updates []update) error {
	switch {
	case len(clips) == 0:
		return nil
	case len(clips) > 1:
		return errors.New("gradients are clipped twice; want one ClipValue or ClipNorm")
	case len(updates) == 0:
		return errors.New("gradients are clipped, but there is no Update")
	}
	c := clips[0]
	if !(c.most > 0) || math.IsInf(c.most, 1) {
		return fmt.Errorf("gradients are clipped to %v; want a number above 0", c.most)
	}
	if c.norm {
		p.most = c.most
	} else {
		p.limit = c.most
	}
	return nil
}

// measure makes the step that computes the norm of all gradients.
func (p *progress) measure(b *builder, updates []update) step {
	s := step{kind: stepNorm, what: "norm of the gradients"}
	for i := range updates {
		if u := &updates[i]; !u.sets() {
			s.node, s.in = u.grad, append(s.in, b.slots[u.grad])
		}
	}
	grads := s.in
	s.updating = func() error {
		var sum float64
		for _, g := range grads {
			if g.dtype == tensor.Float32 {
				sum += b.engine32.SumSquares(g.f32)
			} else {
				sum += b.engine64.SumSquares(g.f64)
			}
		}
		p.scale = min(1, p.most/(math.Sqrt(sum)+1e-6))
		return nil
	}
	return s
}

// clipped returns what makes a gradient of the update that which a Custom rule takes.
func clipped[T float](p *progress, u *update, grad *slot) func(g []T) []T {
	if u.sets() || p.limit == 0 && p.most == 0 {
		return func(g []T) []T { return g }
	}
	to := alignedFloats[T](grad.size())
	return func(g []T) []T {
		limit, scale := T(p.limit), T(p.scale)
		for i, x := range g {
			if limit > 0 {
				x = min(max(x, -limit), limit)
			}
			to[i] = x * scale
		}
		return to
	}
}
