package run

import (
	"math"

	"glorot/experiments/dataset"

	"github.com/goccy/go-yaml/ast"
)

// A key ties a name in YAML to a field of Config.
type key struct {
	name    string
	meaning string               // for people; see means
	want    func(Allowed) string // what is allowed, in words
	// read stores the value of n, or returns the node that is not allowed.
	read  func(c *Config, n ast.Node, allowed Allowed) (bad ast.Node)
	write func(c *Config) string // as YAML

	// shorthand says that the key sets the value of another key: it is read and compared, and never written.
	shorthand bool

	path bool // the value is a path of a file or folder

	// identity says that the key changes the parameters, and so is part of the trajectory's identity. A key that a
	// later version of the program added is part of it only where it differs from its default, so that earlier runs
	// keep their identities.
	identity, added bool
}

// Bounds that only guard against typing errors, and against sizes for which there is never enough
// memory.
const (
	maxWidth    = 1_000_000
	maxSize     = 4096 // pixels of a picture's side
	maxBatch    = 1_000_000
	maxExamples = 10_000 // the fixed test set
	maxThreads  = 1024
)

// Seeds of the generator whose images a network must not learn: dataset.TestSeed and dataset.ValidSeed.
const (
	testImages  = 0
	validImages = math.MaxUint32
)

// keys in the order of run.yaml; the keys of a section follow each other.
var keys = []key{
	identity(unsigned("seed", 0, math.MaxUint64, func(c *Config) *uint64 { return &c.Seed })).
		means("The seed of all random streams: the initial weights (one stream per layer), the order of stored images, the noise of " +
			"pre-training and, if data.seed is auto, the generated images. Runs that differ only in their seed are replicates."),
	identity(widths("model.hidden", func(c *Config) *[]int { return &c.Model.Hidden })).
		means("The widths of the hidden layers, from the input to the output."),
	depth("model.depth").
		means("The number of hidden layers of one width; sets model.hidden."),
	width("model.width").
		means("The width of all hidden layers; sets model.hidden."),
	identity(oneOfEach("model.activation", func(c *Config) *string { return &c.Model.Activation }, func(a Allowed) []string { return a.Activations })).
		means("The activation function of the hidden layers: one name for all layers, or a list with one name for each; see glorot help activation."),
	identity(oneOf("model.init", func(c *Config) *string { return &c.Model.Init }, func(a Allowed) []string { return a.Inits })).
		means("How the weights are drawn; see glorot help init. standard is eq. 1 of the paper and normalized eq. 16; figure has eq. 1 in the " +
			"first and the output layer and a variance of 1.25/n between hidden layers, which reproduces the paper's own \"normalized\" figures."),
	added(number("model.gain", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Model.Gain })).
		means("The initial weights are multiplied by this number (torch.nn.init: gain)."),
	added(yesNo("model.zero_last", func(c *Config) *bool { return &c.Model.ZeroLast })).
		means("Whether the initial weights of the output layer are 0, so that training begins with equal probabilities for all classes."),
	added(bias("model.bias", func(c *Config) *string { return &c.Model.Bias })).
		means("The initial biases: a number, or uniform in [-a, a] with a = 1/sqrt(fan-in) (torch.nn.Linear). auto is 0, and uniform with model.init torch."),
	filePath("model.from", func(c *Config) *string { return &c.Model.From }). // its part of the identity is Origin.Weights
											means("A file of weights with which training begins, instead of model.init; --from is short for it. It is a .npz or .safetensors file with " +
			"W1, b1, W2, … (as glorot export --weights writes), or with the state_dict of a torch.nn.Sequential. Its shapes must be those of the " +
			"network. A state_dict does not have the epsilon of a norm: a torch.nn.RMSNorm without eps is model.norm rms_torch, with eps=1e-5 it is rms. " +
			"The identity of a run has the checksum of the weights, and the run keeps a copy."),
	added(oneOf("model.norm", func(c *Config) *string { return &c.Model.Norm }, func(a Allowed) []string { return a.Norms })).
		means("The normalisation of the hidden layers, s = norm(z W + b) and then z = f(s): over the mini-batch (batch; without b; with running " +
			"statistics for the tests), over the units (layer), or by their root mean square (rms). Epsilon is 1e-5, the momentum of the running statistics 0.1 " +
			"(torch.nn.BatchNorm1d, LayerNorm, RMSNorm). rms_torch is rms with the epsilon 2^-23, which torch.nn.RMSNorm has in float32 if it is given none."),
	added(count("model.residual", 0, math.MaxInt, func(c *Config) *int { return &c.Model.Residual })).
		means("The number of hidden layers in a block. The input of each block is added to its output if both have the same width (He et al. 2016). 0 means no blocks."),
	added(number("model.dropout", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Model.Dropout })).
		means("The probability with which training sets an output of a hidden layer to 0; the others are divided by 1 minus it " +
			"(Srivastava et al. 2014; torch.nn.Dropout)."),
	identity(oneOf("model.cost", func(c *Config) *string { return &c.Model.Cost }, func(a Allowed) []string { return a.Costs })).
		means("The cost: nll is the negative log-likelihood, quadratic the squared error of the probabilities."),
	identity(oneOf("data.name", func(c *Config) *string { return &c.Data.Name }, func(a Allowed) []string { return a.Data })).
		means("The data set. shapeset is Shapeset-3x2, whose training images are generated without end; shapeset100k has its first 100,000 " +
			"training images; own is what data.path leads to; the others are files in the folder of --data or GLOROT_DATA, which is not part of " +
			"the configuration."),
	filePath("data.path", func(c *Config) *string { return &c.Data.Path }).
		means("A file or folder of your own, instead of data.name: an .npz file (X and y, or x_train, y_train, x_test and y_test), a .csv file " +
			"with a column of labels, pairs of IDX files, or folders of pictures. glorot data info PATH describes it. The identity of a run " +
			"has the checksum of the content, not the path."),
	added(noneOr("data.standardize", func(c *Config) *string { return &c.Data.Standardize }, dataset.Standards())).
		means("How features become inputs. With none real numbers stay as they are, and bytes are grey levels, which follow data.low and " +
			"data.high. With feature each feature has the mean 0 and the standard deviation 1 over the training examples. With range the " +
			"smallest and the largest training value of each feature become data.low and data.high. A feature that is constant in the " +
			"training examples becomes 0 or data.low."),
	added(shares("data.split", func(c *Config) *[3]float64 { return &c.Data.Split })).
		means("The shares of the training, validation and test examples, for splits that the files of data.path do not have. They are taken from " +
			"the training examples at random, each class in proportion, with data.seed (auto is 1)."),
	added(orWord("data.size", autoWord, 1, maxSize, func(c *Config) *int { return &c.Data.Size })).
		means("For pictures of data.path: each is cut to its central square and scaled to this number of pixels in height and width. auto keeps " +
			"the pictures as they are; then all must have the same size."),
	added(numberOrAuto("data.channels", []int{1, 3}, func(c *Config) *int { return &c.Data.Channels })).
		means("For pictures of data.path: 1 for greys, 3 for red, green and blue. auto is 3 if any picture has colours."),
	imageSeed("data.seed", func(c *Config) *uint32 { return &c.Data.Seed }). // its part of the identity is Config.ImageSeed
											means("The seed of the generated training images; mini-batch k has the images 10k to 10k+9 if train.batch is 10. With auto each seed has " +
			"its own images. For data.path it is the seed of the splits, and auto is 1."),
	identity(number("data.low", "a number in the range of float32", anyFloat32, func(c *Config) *float64 { return &c.Data.Low })).
		means("The input for black pixels (grey level 0), or with data.standardize range for the smallest value of each feature."),
	identity(number("data.high", "a number in the range of float32", anyFloat32, func(c *Config) *float64 { return &c.Data.High })).
		means("The input for white pixels (grey level 255), or with data.standardize range for the largest value of each feature."),
	count("train.updates", 0, math.MaxInt, func(c *Config) *int { return &c.Train.Updates }).
		means("The number of updates, which is the length of the run. 0 writes the initial weights."),
	identity(count("train.batch", 1, maxBatch, func(c *Config) *int { return &c.Train.Batch })).
		means("The number of images in a mini-batch."),
	identity(number("train.rate", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Train.Rate })).
		means("The learning rate, which applies to the mean gradient of the mini-batch; train.schedule and train.warmup change it."),
	added(oneOf("train.optimizer", func(c *Config) *string { return &c.Train.Optimizer }, func(a Allowed) []string { return a.Optimizers })).
		means("The rule of the updates. sgd is plain stochastic gradient descent; momentum, nesterov, adagrad, rmsprop, adam and adamw are those of " +
			"torch.optim; hessian and variance give each parameter its own rate, from the diagonal of the Hessian or from the variance of its gradient."),
	added(number("train.momentum", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Train.Momentum })).
		means("The momentum of momentum and nesterov."),
	added(number("train.beta1", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Train.Beta1 })).
		means("The decay of the mean of the gradient, of adam and adamw."),
	added(orAuto("train.beta2", "a number above 0 and less than 1", func(v float64) bool { return v > 0 && v < 1 }, func(c *Config) *float64 { return &c.Train.Beta2 })).
		means("The decay of the mean of the squared gradient, of adam, adamw and rmsprop. auto is torch's default: 0.999, and 0.99 for rmsprop, where torch calls it alpha."),
	added(orAuto("train.epsilon", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Train.Epsilon })).
		means("What adagrad, rmsprop, adam and adamw add to the root of the squared gradient. auto is torch's default: 1e-8, and 1e-10 for adagrad."),
	added(number("train.weight_decay", "a number from 0 in the range of float32", fromZero, func(c *Config) *float64 { return &c.Train.WeightDecay })).
		means("The weight decay. This number times the parameter is added to its gradient; for adamw, train.rate times that is subtracted from the parameter. All learned parameters decay, as in torch."),
	added(number("train.clip_norm", "a number from 0 in the range of float32", fromZero, func(c *Config) *float64 { return &c.Train.ClipNorm })).
		means("If the norm of all gradients together is larger than this, they are scaled down to it (torch.nn.utils.clip_grad_norm_). 0 means no limit."),
	added(number("train.clip_value", "a number from 0 in the range of float32", fromZero, func(c *Config) *float64 { return &c.Train.ClipValue })).
		means("Each element of the gradients is limited to this absolute value (torch.nn.utils.clip_grad_value_). 0 means no limit."),
	added(number("train.label_smoothing", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Train.LabelSmoothing })).
		means("The share of the uniform distribution in the training targets (Szegedy et al. 2016; torch.nn.CrossEntropyLoss)."),
	added(oneOf("train.schedule", func(c *Config) *string { return &c.Train.Schedule }, func(a Allowed) []string { return a.Schedules })).
		means("How the rate changes after the warm-up: constant; step is multiplied by train.schedule_factor every train.schedule_updates; linear and cosine fall to 0 " +
			"over train.schedule_updates; inverse is divided by 1 + t/train.schedule_updates after t updates."),
	added(orWord("train.schedule_updates", autoWord, 1, math.MaxInt, func(c *Config) *int { return &c.Train.ScheduleUpdates })).
		means("The updates of train.schedule, which do not include the warm-up. auto is what is left of train.updates after the warm-up when the run is made, a third of it for step, and a tenth for inverse."),
	added(number("train.schedule_factor", "a number above 0 to 1", func(v float64) bool { return v > 0 && v <= 1 }, func(c *Config) *float64 { return &c.Train.ScheduleFactor })).
		means("The factor of the schedule step."),
	added(count("train.warmup", 0, math.MaxInt, func(c *Config) *int { return &c.Train.Warmup })).
		means("The number of updates over which the rate rises linearly to train.rate: update t, from 1, has t/train.warmup of it."),
	count("train.patience", 0, math.MaxInt, func(c *Config) *int { return &c.Train.Patience }).
		means("The number of consecutive tests without a new lowest validation error after which training stops. 0 means never."),
	added(number("train.curvature_mu", "a number above 1e-38 in the range of float32", invertible, func(c *Config) *float64 { return &c.Train.CurvatureMu })).
		means("For hessian and variance: this is added to the curvature before dividing by it. The rate of a parameter is train.rate " +
			"mu/(curvature + mu)."),
	added(count("train.curvature_every", 1, math.MaxInt, func(c *Config) *int { return &c.Train.CurvatureEvery })).
		means("For hessian and variance: the number of updates between two estimates of the curvature."),
	added(number("train.curvature_decay", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Train.CurvatureDecay })).
		means("For hessian and variance: the decay of the running mean of the curvature."),
	added(count("pretrain.updates", 0, math.MaxInt, func(c *Config) *int { return &c.Pretrain.Updates })).
		means("The number of updates for which each hidden layer is trained as a denoising auto-encoder before the training. 0 means no " +
			"pre-training."),
	added(number("pretrain.rate", "a number above 0 in the range of float32", positiveFloat32, func(c *Config) *float64 { return &c.Pretrain.Rate })).
		means("The learning rate of pre-training."),
	added(number("pretrain.noise", "a number from 0 to less than 1", share, func(c *Config) *float64 { return &c.Pretrain.Noise })).
		means("The probability with which pre-training sets an input of a layer to 0."),
	count("observe.every", 0, math.MaxInt, func(c *Config) *int { return &c.Observe.Every }).
		means("The number of updates between two records on every schedule that is auto (the default is an epoch of the paper's figures). 0 " +
			"means never."),
	count("observe.examples", 1, maxExamples, func(c *Config) *int { return &c.Observe.Examples }).
		means("The number of test images on which the layer statistics are measured: the first ones, or all if there are fewer."),
	orWord("observe.images", "all", 1, math.MaxInt, func(c *Config) *int { return &c.Observe.Images }).
		means("The number of validation images and of test images on which the errors are measured: the first ones of each set, or all."),
	autoSchedule("observe.layers", func(c *Config) **Schedule { return &c.Observe.Layers }).
		means("The schedule of snapshots, which are records of the layer statistics. auto follows observe.every."),
	autoSchedule("observe.histograms", func(c *Config) **Schedule { return &c.Observe.Histograms }).
		means("The schedule of the snapshots that have histograms. auto means all snapshots."),
	autoSchedule("observe.errors", func(c *Config) **Schedule { return &c.Observe.Errors }).
		means("The schedule of the validation and test errors. auto follows observe.every."),
	schedule("observe.jacobians", func(c *Config) *Schedule { return &c.Observe.Jacobians }).
		means("The schedule of the singular values of the layers' Jacobians, on the first test image."),
	yesNo("observe.gradients", func(c *Config) *bool { return &c.Observe.Gradients }).
		means("Whether snapshots have the statistics of the gradients."),
	yesNo("observe.wrong", func(c *Config) *bool { return &c.Observe.Wrong }).
		means("Whether each test with a new lowest validation error records which test images are wrong."),
	measures("observe.measures", func(c *Config) *[]string { return &c.Observe.Measures }).
		means("The additional measures: confusion is recorded with the errors, the others are recorded with the layer statistics; see glorot help measures."),
	count("checkpoint.every", 0, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Every }).
		means("The number of updates between two checkpoints. 0 means that checkpoints are written only at the end and at an interrupt."),
	count("checkpoint.keep", 1, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Keep }).
		means("The number of checkpoints that are kept, the newest ones."),
	ascending("checkpoint.at", func(c *Config) *[]int { return &c.Checkpoint.At }).
		means("The updates whose checkpoints are never removed."),
	count("checkpoint.digest", 0, math.MaxInt, func(c *Config) *int { return &c.Checkpoint.Digest }).
		means("The number of updates between two digests of the weights in the log. 0 means only at the beginning and at the end."),
	orWord("threads", allThreads, 1, maxThreads, func(c *Config) *Threads { return &c.Threads }).
		means("The number of threads. The results do not depend on it."),
}

// means says what the key means, for people.
func (k key) means(text string) key { k.meaning = text; return k }

// identity makes a key a part of the trajectory's identity.
func identity(k key) key { k.identity = true; return k }

// added makes a key a part of the identity where it differs from its default.
func added(k key) key { k.identity, k.added = true, true; return k }
