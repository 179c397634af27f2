// Package dataset makes the images that networks are trained on.
//
// The main data set is Shapeset-3x2 of Glorot & Bengio (2010), section 2.1: small
// grey images of one or two objects, each a triangle, a parallelogram or an
// ellipse of random shape, size, rotation, position and grey level. The generator
// makes any number of images, and the task is to recognise which of nine classes
// of objects is on them.
//
// A [Shapeset] holds the constants, a [Generator] is the endless sequence of
// images of one seed, a [Set] is a stored part of it, and a [Stream] divides it
// into scaled mini-batches ahead of their use. The sequence is that of the
// authors' own generator, pixel for pixel; see [DefaultShapeset].
//
// The paper's other data sets, MNIST, CIFAR-10 and Small-ImageNet (section 2.2),
// and some like them are files: [Open] splits them like the paper, [Fetch] downloads the public
// ones, [MakeImageSet] makes a substitute for Small-ImageNet from pictures,
// [Inspect] describes a set, and a [Shuffled] passes over a set again and again.
//
// [OpenOwn] reads data of one's own: tables, arrays and folders of pictures, whose features may be real numbers, which [Data.Standardize]
// brings to a scale.
//
// [Kinds] lists all data sets, a [Library] keeps the open ones, and [Data] is an open data set,
// which has the [Source] for a training.
package dataset
