// Package graph runs a symbolic Gorgonia graph and lets hooks observe its nodes.
//
// A [Machine] is a gorgonia.VM. It is compiled once from an ExprGraph: nodes in topological order, those that
// nobody needs dropped, each one lowered to a kernel over buffers planned ahead. An op without a kernel runs
// through its own Do, so every graph that Gorgonia's tape machine runs on a CPU runs here too.
//
// What a Machine promises, and the stock machines do not:
//
//   - The Value of an observed node is right after every RunAll. (The tape machine reuses registers, so an
//     interior node's Value may silently hold another node's numbers.)
//   - A gradient is written, not accumulated: running a graph twice does not read twice the gradient.
//   - Parameter updates are part of the plan and happen after the last reader of the old value. Where the gradient
//     is a matrix product it is fused with the update and never stored, unless somebody observes it; the updated
//     parameter has the same bits either way.
//   - Who is observed changes no number of a run.
//   - RunAll does not allocate after the first call, as far as every op has a kernel.
//   - The bits depend neither on the number of threads nor on the kernel set, as far as every op has a kernel.
//
// All buffers are dense and row-major. A parameter is an input node bound to a tensor; two machines over two
// graphs share parameters by sharing tensors.
//
// # From NewTapeMachine to graph.Machine
//
// Two lines change, the one that makes the machine and its import; see the example. What was an option or a habit there:
//
//   - BindDualValues is not needed. After RunAll, w.Grad() is this run's gradient for every input w that the graph is
//     differentiated by, also where two parameters have one gradient, or where a tape machine has left one. Gorgonia's solvers
//     work as they do there. They clear the gradients that they have used, which are the memory of the gradients' nodes.
//     [Update] is faster than a solver: its rules, such as [Adam], update each parameter where its gradient is made. [ClipValue] and
//     [ClipNorm] are what the solvers' WithClip is there.
//   - Values: with no option, a Machine shows every node of the graph's forward part, as the cost and the prediction; its roots;
//     and the gradients of its inputs. Only what is computed inside another node's step, as a product is to which a row is added,
//     has no Value. With [Observe] or [Update], what is asked for is shown, and nothing else is computed: that saves some percent.
//   - Read statements are executed at the end of RunAll, and Set statements too, which the tape machine ignores. A machine that
//     must set nothing is made of g.ExactSubgraphRoots(nodes...).
//   - EvalMode is [EvalMode]. The mode is the machine's: one that trains and one that evaluates may run one graph in turn.
//   - WithNaNWatch is [Guard] for a run that stops before an update, and [Machine.FirstNonFinite] to find where a NaN arose.
//   - Reset does nothing. Close frees the machine's threads; a machine that is never closed is closed by the garbage
//     collector.
//   - Let and UnsafeLet work between two runs, as there. A panic of NewTapeMachine is an error of [New] here.
//
// # What Gorgonia gets wrong
//
// A Machine computes what the graph says, so it shares what Gorgonia v0.9.18 gets wrong when it makes the graph, and in ops that
// run through their own Do. [Flaws] lists such nodes of a graph:
//
//   - AveragePool2D divides each sum by the width of the whole image, and its gradient is that of one element of each patch.
//     AveragePool1D is MaxPool1D.
//   - The gradient of Dropout(x, p) is dy/p where dy/(1-p) is right, and 0 for p = 0.
//   - The gradients of Log2, InverseSqrt and OuterProd are wrong; so are those of ByIndices and Sparsemax along some axes, of
//     SoftMax of a column, and of CTCLoss with ReductionMean. That of CTCLoss is -Inf at the steps after a sequence's length.
//   - If a graph is differentiated twice by one node, as in the second derivative of Cube, the second gradient is the first of its
//     terms.
//   - ConvType makes a vector of a scalar, and has no right gradient.
//
// Log(SoftMax(x)) turns the SoftMax node itself into its logarithm, for all who read it. Log(1-x) removes the node 1-x from the
// graph, if the 1 is Gorgonia's own; New refuses a graph in which another node reads it.
package graph
