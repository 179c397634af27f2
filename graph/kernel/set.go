package kernel

// A set is the innermost loops of every kernel, for one kind of processor. What surrounds them (blocking, packing,
// threads) is the same for all sets.
type set struct {
	name string

	// stream[r] and packed[r] compute r rows of a product whose sums are chains; the longest is the most rows they can take.
	stream []func(*chainTile)
	packed []func(*chainTile)
	// panel is the number of columns they hold in registers.
	panel int
	// update[d] adds a product of d steps to many rows of C; the longest is the most steps whose B fits in the registers.
	// There is none if that is too few.
	update []func(*chainTile)

	// packPanel and packGroup multiply count > 0 blocks of numbers by alpha, in order; steps are from one block to the next.
	// A block of packPanel is a panel, one of packGroup has gather numbers, enough for the rows of a packed kernel.
	packPanel func(dst, src []float32, alpha float32, count, srcStep, dstStep int)
	packGroup func(dst, src []float32, alpha float32, count, srcStep, dstStep int)
	gather    int

	// dots[r] computes r rows of a product of rows with rows.
	dots []func(*dotTile)
	// group is the number of rows of B a dots kernel takes at a time, bundle that of A.
	group, bundle int

	// double[r] computes r rows of a panel of panel64 columns of a float64 product.
	double  []func(*tile64)
	panel64 int

	// The elementwise loops take slices whose length is a multiple of lanes; what is left goes to scalar functions.
	lanes int

	axpy  func(y, x []float32, alpha float32) // y = fma(alpha, x, y)
	add   func(y, x []float32)                // y = y + x
	unary [unaries]func(dst, src []float32)   // by unaryOp
	grad  [grads]func(dst, z, dz []float32)   // by gradOp
	peak  func(rounds int) (flops int)        // a loop of independent FMAs in registers
	sweep func(x []float32) float32           // reads every element
}

// chainTile is a tile of a product whose sums are chains over depth:
// C[i,j] = fma(A[i,d], B[d,j], C[i,j]) for d in increasing order, for the rows of the kernel and cols columns. The stream
// kernels find A[i,d] at a[i*aRow+d], the packed ones at a[d*rows+i], the update ones at a[d*aRow+i]. B[d,j] is at
// b[j/panel*bPanel + d*bDepth + j%panel], with bDepth = panel and anything beyond cols for the packed ones, and at
// b[d*bDepth+j] for the update ones. All strides are in elements. The assembly knows this layout (gen/chain.go; TestTileLayout).
type chainTile struct {
	c        []float32
	a        []float32
	b        []float32
	bias     []float32 // if not empty, added at the end; for the stream kernels
	cRow     int
	aRow     int
	bDepth   int
	bPanel   int
	depth    int // at least 1
	cols     int
	resume   int     // 0: chains start from +0, 1: from what C holds
	prefetch int     // how far ahead of what they read of B (stream) or C (packed, update) the kernels prefetch
	rows     int     // at least 1; for the update kernels
	alpha    float32 // times B; for the update kernels
}

// dotTile is a tile of a product of rows with rows over one block of columns, C[i,k] = A[i,:]·B[k,:] with the eight lanes
// and the tree of the package's definition, for the rows of the kernel and groups of B's rows. The assembly knows this
// layout (gen/dots.go).
type dotTile struct {
	c        []float32
	a        []float32
	b        []float32
	cRow     int
	aRow     int // of a bundle of rows, which take turns every eight columns
	bRow     int // 0 if every row of the group is the same one
	cols     int // length of the block
	groups   int
	resume   int // 1: the block's sum is added to C
	prefetch int
}

type unaryOp int

const (
	opTanh unaryOp = iota
	opSigmoid
	opSoftsign
	opRelu
	opExp
	opLog
	unaries
)

type gradOp int

const (
	opTanhGrad gradOp = iota
	opSigmoidGrad
	opSoftsignGrad
	opReluGrad
	grads
)
