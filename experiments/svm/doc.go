// Package svm trains support vector machines with a radial basis kernel on
// stored sets of images: the baseline of Glorot & Bengio (2010), section 4.
// It had a test error of 59.47 % after 100,000 images of Shapeset-3x2, where
// the network of depth five with tanh and normalized initialization had
// 50.47 %. The paper does not give C and gamma.
//
// LIBSVM's two programs, svm-train and svm-predict, do the work. [Find] finds
// them, and this package exchanges files with them. LIBSVM makes nine classes
// out of two by a vote of all 36 pairs.
//
// Nearly every image of Shapeset-3x2 becomes a support vector, so that the time
// grows with the square of their number or faster: with LIBSVM 3.24 on one busy
// processor, training took 13 s with 3,000 images and 246 s with 10,000, for
// test errors of 72 % and 68 % (2,000 images, standard error 1 %). 100,000
// images should take 7 to 20 hours and a cache of 5,000 MB, which holds the
// largest pair's kernel matrix, and predicting 10,000 other images half an
// hour.
//
// Reference: C.-C. Chang and C.-J. Lin, "LIBSVM: a library for support vector
// machines", ACM Transactions on Intelligent Systems and Technology 2 (2011).
package svm
