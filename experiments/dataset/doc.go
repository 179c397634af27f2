// Package dataset makes the images that networks are trained on.
//
// The main data set is Shapeset-3x2 of Glorot & Bengio (2010), section 2.1: small
// grey images of one or two objects, each a triangle, a parallelogram or an
// ellipse of random shape, size, rotation, position and grey level. There are
// as many images as one asks for, and the task is to name what is on them, one
// of nine classes.
//
// A [Shapeset] holds the constants, a [Generator] is the endless sequence of
// images of one seed, a [Set] is a stored piece of it, and a [Stream] cuts it
// into scaled mini-batches ahead of their use. The sequence is that of the
// authors' own generator, pixel for pixel; see [DefaultShapeset].
//
// The paper's other data sets, MNIST, CIFAR-10 and Small-ImageNet (section 2.2),
// are files: [Open] cuts them as the paper does, [Fetch] downloads those
// that are public, [MakeImageSet] makes what stands in for the last from pictures,
// [Inspect] says what is there, and a [Shuffled] goes through a set pass by pass.
//
// [Kinds] lists all data sets, a [Library] keeps those that are open, and [Data] is one of
// them, with the [Source] of a training.
package dataset
