// Package experiments has no code. Its documentation is the architecture of the project.
//
// A package imports only packages below it in this list; a test holds it to that.
//
//	cmd/glorot                    the command line
//	experiments/completion        what a shell completes in the command line
//	experiments/help              the topics of glorot help
//	experiments/progress          how far a long computation has come, in a line
//	experiments/study             one file to a conclusion: a sweep, its question, and the page that answers it
//	experiments/sweep/outcome     what came out of a sweep: errors over seeds, candidates of its search
//	experiments/sweep             a YAML file as many runs
//	experiments/lab               the laboratory in the browser: a server and its page
//	experiments/paper/page        what a reproduction says to readers and to programs
//	experiments/paper             makes the observations that figures and claims of the paper read
//	experiments/paper/claim       the paper's claims, each with a verdict
//	experiments/paper/figure      the paper's figures and tables
//	experiments/paper/plan        which trainings figures and claims need
//	experiments/paper/observed    what was observed of the paper's networks
//	experiments/paper/setup       the networks and data sets of the paper, and how long they are trained
//	experiments/paper/printed     the numbers that the paper prints
//	experiments/paper/results     archives of what was trained for the paper
//	experiments/work              executes tasks: goroutines, processes of this machine, Slurm, Kubernetes
//	experiments/search            which candidates of a search are trained next, by the errors so far
//	experiments/recorder          records what other programs and other graphs train, as runs
//	experiments/svm               the paper's support vector machine, by LIBSVM's programs
//	experiments/runner            trains, resumes, extends, measures afterwards, forks and replays runs
//	experiments/compare           groups of runs: intervals and tests
//	experiments/export            what runs have logged, for other programs
//	experiments/watch             runs on a terminal while they are trained
//	experiments/show              what a run is, how it went, and what is unusual about its layers
//	experiments/live              reads runs while others write them: many fast, or one and what is new
//	experiments/report            figures and self-contained HTML pages
//	experiments/run/legacy        converts what earlier versions kept
//	experiments/run/query         filters and groups of runs, by the keys of their configurations
//	experiments/run               a run on disk: configuration, manifest, log, checkpoints, archive; requests and traces
//	experiments/run/lease         one process at a time writes to a directory
//	experiments/pretrain          denoising auto-encoders, layer by layer
//	experiments/bench             how fast this machine trains
//	experiments/weights           weights of networks in files of other programs
//	experiments/train             the training loop, its optimizers, probes and checkpoints
//	experiments/run/safetensors   the safetensors format
//	experiments/measure           statistics of slices: moments, percentiles, histograms, intervals, tests
//	experiments/dataset           data sets as values, and streams of mini-batches
//	experiments/run/atomicfile    files that are there whole or not at all
//	experiments/dataset/npz       numpy's formats
//	experiments/memory            how much memory a process may still take
//	experiments/wording           numbers, durations and lists in words
//	models                        declares networks as symbolic graphs
//	models/stream                 named random streams from one seed
//	graph/hook                    hooks on any node of a graph
//	graph                         compiles, runs and observes a Gorgonia graph
//	graph/kernel                  products and functions with the same bits everywhere
//	experiments                   this list
//
// One mini-batch: a dataset.Source makes it, train.Loop copies it into the graph that models declared, and graph.Machine computes the cost and the gradients and
// updates the parameters with the kernels.
//
// One recorded number: after each update runner asks the run's Schedule; a train.Probe gets the nodes' values from hook, measure makes a statistic of them, and run
// appends it to the log. run.Run.Trace answers requests from these records; figures, claims and compare read traces, and report draws them.
package experiments
