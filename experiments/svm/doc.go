// Package svm trains support vector machines with a radial basis kernel on
// stored sets of images: the baseline of Glorot & Bengio (2010), section 4.
// It had a test error of 59.47 % after 100,000 images of Shapeset-3x2, where
// the network of depth five with tanh and normalized initialization had
// 50.47 %. The paper does not give C and gamma.
//
// The work is done by LIBSVM's two programs, svm-train and svm-predict, which
// [Find] looks for; they exchange files with this package. LIBSVM makes nine
// classes out of two by a vote of all 36 pairs.
//
// Reference: C.-C. Chang and C.-J. Lin, "LIBSVM: a library for support vector
// machines", ACM Transactions on Intelligent Systems and Technology 2 (2011).
package svm
