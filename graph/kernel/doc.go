// Package kernel computes the float32 products and functions that training a network needs, fast and with the same
// bits on every machine. An [Engine] runs one kernel set (avx512, avx2, neon or portable) on a fixed number of threads; an
// [Engine64] does the same work in float64, with sums in an order of its own.
//
// # Same bits
//
// Below, fma(a, b, c) is a*b+c with one rounding to float32, and every other operation is one IEEE 754 operation
// rounded to nearest even. Each result is defined down to its last bit, so it depends neither on the set nor on the
// number of threads (only the payload and sign of a NaN are left open):
//
//   - MatMul: each C[i,j] is a chain, from +0 over k in increasing order, s = fma(A[i,k], B[k,j], s). If there are more
//     than 256 steps it is the sum of two chains, where the second begins at half of them, rounded up to a multiple of
//     32. A bias is added to the finished sum.
//   - MatMulTransA: one chain over the rows i of the batch, s = fma(A[i,k], B[i,j], s), from +0.
//   - AddMatMulTransA: the same chain from C[k,j]; alpha*B[i,j] is rounded to float32 first.
//   - MatMulTransB: the row is cut into blocks of 512 columns; within a block, lane l of eight takes the columns
//     j ≡ l (mod 8) in increasing order, s[l] = fma(A[i,j], B[k,j], s[l]) from +0, as though both rows were padded with
//     +0 to a multiple of eight; the block is ((s0+s4)+(s2+s6))+((s1+s5)+(s3+s7)); blocks are added in order.
//   - MatMulTransBUpdate: MatMulTransB with the old weights, then AddMatMulTransA.
//   - Apply: the formulas of [Rule]. ApplyMatMulTransA and MatMulTransBApply: the products, and then Apply.
//   - PartsMatMulTransA: MatMulTransA. PowerSums, CountBins: see there.
//   - SumSquares: sixteen sums in each chunk of 2048 numbers, in float64; see there.
//   - SumRows: from +0, rows in order. Axpy: fma(alpha, x, y).
//   - Exp, Log, Tanh, Sigmoid, NormalCDF: the polynomials of math.go, in float64 with math.FMA where it is written, and one
//     rounding to float32 at the end. They err by less than 0.52 units in the last place.
//   - Softsign: |x|/(1+|x|) with x's sign, |x| first limited to the largest finite number, so that ±Inf gives ±1.
//   - Relu: x where x is not below zero, so -0 and NaN stay what they are; elsewhere +0.
//   - TanhGrad: dz*fma(-z, z, 1). SigmoidGrad: dz*(z*(1-z)). SoftsignGrad: dz*((1-|z|)*(1-|z|)). ReluGrad: dz where
//     z > 0, elsewhere +0.
//   - Softmax and LogSoftmax: e[j] = Exp(x[j]-max), their sum in float64 in column order, then in float64
//     e[j]/sum or (x[j]-max)-log(sum), rounded once. The difference x[j]-max is taken in float32. A row that holds
//     NaN or +Inf, or only -Inf, becomes NaN.
//
// These orders leave the width of vectors free: the columns of C are the lanes of a chain, and the eight lanes of
// MatMulTransB are half a vector of AVX-512. Threads share out columns of C, rows of B, or the two chains of a sum: with
// a small batch each of two threads multiplies by the rows of the weights that it also updates.
//
// # Speed
//
// A training step of a small batch reads and writes every weight a few times and does little with it, so the kernels
// are as much about memory as about arithmetic. The blocks are described in chain.go and dots.go. In short: a tile of C
// stays in registers (6 x 16 for AVX2, 12 x 32 for AVX-512), or in an update with AVX-512, 32 columns of the gradients of
// up to ten examples; weights are read once a product, in rows or short blocks of rows, while those that come next are
// prefetched; what is read again and again, the activations and gradients of the batch, is copied to where it is read in
// order.
//
// The NEON loops are known from models alone: by llvm-mca 19, with all data in the first cache, the innermost loops of the products and
// updates do 91 to 100 % of the multiply-adds that a Neoverse N1 can do and 94 to 100 % of those of a V1, with 1.2 to 1.7 instructions per
// multiply-add (TestThroughput of gen, where LLVM is installed).
//
// The portable set serves processors without AVX2 or NEON. On riscv64, ppc64le, s390x and loong64, on arm64 if it is chosen, and on amd64 if the
// program is built with GOAMD64=v3, Go's compiler makes one instruction of a multiply-add, which a check at start confirms for the loop of
// portable_fused.go that all products are made of. On a Zen 4, an update of the paper's network with a batch of ten takes 0.17 of the processor
// time that it takes if fma computes each multiply-add in float64, and a float64 product takes half the time that it takes without registers for
// its sums. On amd64 with the default GOAMD64=v1 and on other processors, the portable set works in float64, several products at a time, and an
// update takes 0.8 of the time with fma.
//
// Nothing is flushed to zero: subnormal numbers are computed like any other.
package kernel
