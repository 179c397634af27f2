// Package graph runs a symbolic Gorgonia graph and lets one see inside it.
//
// A [Machine] is a gorgonia.VM. It is compiled once from an ExprGraph: nodes in topological order, those that
// nobody needs dropped, each one lowered to a kernel over buffers planned ahead. An op without a kernel runs
// through its own Do, so every graph that Gorgonia's tape machine runs on a CPU runs here too.
//
// What a Machine promises, and the stock machines do not:
//
//   - The Value of an observed node is right after every RunAll. (The tape machine reuses registers, so an
//     interior node's Value may silently hold another node's numbers.) Nothing is promised of other nodes.
//   - A gradient is written, not accumulated: running a graph twice does not read twice the gradient.
//   - Parameter updates are part of the plan and happen after the last reader of the old value. Where the gradient
//     is a matrix product it is fused with the update and never stored, unless somebody observes it; the updated
//     parameter has the same bits either way.
//   - RunAll does not allocate after the first call, as far as every op has a kernel.
//   - The bits depend neither on the number of threads nor on the kernel set, as far as every op has a kernel.
//
// All buffers are dense and row-major. A parameter is an input node bound to a tensor; two machines over two
// graphs share parameters by sharing tensors.
package graph
