package dataset

import (
	"context"
	"fmt"
	"strings"
)

// A Kind is a data set that the program knows, with its properties that are known before it is opened.
type Kind struct {
	Name  string // its name in a configuration
	Title string // its name in a figure

	Generated bool // the program makes its images, without files

	Height, Width, Channels int      // of an image: 1 channel for greys, 3 for red, green and blue
	Classes                 []string // name of each label; nil if the names are in its files

	columns   bool                                                 // images are stored column by column, not row by row
	published *publication                                         // nil if it was not published
	content   string                                               // its [Data.Checksum]; "" if its images are not fixed, or if nobody computed it
	endless   func(seed uint32) (*Generator, error)                // makes the training images without end; nil if their number is limited
	open      func(ctx context.Context, dir string) (*Data, error) // the error does not contain the name
}

// Kinds returns the data sets that the program knows. To add one in a known format, add it here.
//
// The paper does not say which images it validates on. Here they are the last ones of the training files, as is usual. Checksums and
// lengths of files are those that TensorFlow Datasets keeps in its folder url_checksums (github.com/tensorflow/datasets, commit 333639b).
func Kinds() []Kind {
	const tenDigits = "0 1 2 3 4 5 6 7 8 9"
	return []Kind{
		shapeset(), shapeset100k(),
		// LeCun, Bottou, Bengio & Haffner, "Gradient-based learning applied to document recognition", 1998.
		mnistFormat{train: 60000, valid: 10000, test: 10000, folders: []string{"MNIST"}, npz: "mnist.npz", anywhere: true}.kind(Kind{
			Name: "mnist", Title: "MNIST", Classes: strings.Fields(tenDigits),
			content: "1e2fbca8d64814b43085b13bf6b4b0c7acec2ef44f536b5d08d5d13b7a2e7f17",
			published: &publication{
				[]string{"https://ossci-datasets.s3.amazonaws.com/mnist", "https://storage.googleapis.com/cvdf-datasets/mnist"},
				[]remote{
					{trainImages + ".gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
					{trainLabels + ".gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
					{testImages + ".gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
					{testLabels + ".gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
				},
			},
		}),
		// Xiao, Rasul & Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017.
		mnistFormat{train: 60000, valid: 10000, test: 10000, folders: []string{"fashion-mnist", "fashion_mnist", "FashionMNIST"}}.kind(Kind{
			Name: "fashionmnist", Title: "Fashion-MNIST",
			Classes: []string{"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"},
			published: &publication{
				[]string{"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"},
				[]remote{
					{trainImages + ".gz", 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
					{trainLabels + ".gz", 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
					{testImages + ".gz", 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
					{testLabels + ".gz", 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
				},
			},
		}),
		// Clanuwat, Bober-Irizar, Kitamoto, Lamb, Yamamoto & Ha, "Deep learning for classical Japanese literature", 2018.
		mnistFormat{train: 60000, valid: 10000, test: 10000, folders: []string{"KMNIST"}}.kind(Kind{
			Name: "kmnist", Title: "Kuzushiji-MNIST", Classes: strings.Fields("o ki su tsu na ha ma ya re wo"),
			published: &publication{
				[]string{"http://codh.rois.ac.jp/kmnist/dataset/kmnist"},
				[]remote{
					{trainImages + ".gz", 18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"},
					{trainLabels + ".gz", 29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"},
					{testImages + ".gz", 3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"},
					{testLabels + ".gz", 5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"},
				},
			},
		}),
		// Cohen, Afshar, Tapson & van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017: the balanced set, whose files hold
		// the images column by column. Its letters are those whose capital and small forms differ, and all other capitals.
		mnistFormat{train: 112800, valid: 18800, test: 18800, folders: []string{"EMNIST"}, prefix: "emnist-balanced-", archives: []string{"gzip.zip", "emnist.zip"},
			transposed: true}.kind(Kind{
			Name: "emnist", Title: "EMNIST Balanced", Classes: strings.Fields(tenDigits + " A B C D E F G H I J K L M N O P Q R S T U V W X Y Z a b d e f g h n q r t"),
			published: &publication{
				[]string{"https://biometrics.nist.gov/cs_links/EMNIST", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST"},
				[]remote{{"gzip.zip", 561753746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e"}},
			},
		}),
		// Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
		cifar10Format.kind(Kind{
			Name: "cifar10", Title: "CIFAR-10", Classes: strings.Fields("airplane automobile bird cat deer dog frog horse ship truck"),
			content: "ba2f9ccf9cc3057eab7f914d76d5249ce908a9a792f65c2fd56ab5af96c82e7a",
			published: &publication{
				[]string{"https://www.cs.toronto.edu/~kriz"},
				[]remote{{cifar10Format.archive, 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}},
			},
		}),
		// The same; the classes are the fine ones.
		cifarFormat{
			archive: "cifar-100-binary.tar.gz", unpacked: "cifar-100-binary", python: []string{"cifar-100-python", "cifar-100-python.tar.gz"},
			files: []string{"train.bin", "test.bin"}, records: []int{50000, 10000}, labels: 2, valid: 10000,
		}.kind(Kind{
			Name: "cifar100", Title: "CIFAR-100",
			Classes: strings.Fields("apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle " +
				"caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl " +
				"hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom " +
				"oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road " +
				"rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank " +
				"telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm"),
			published: &publication{
				[]string{"https://www.cs.toronto.edu/~kriz"},
				[]remote{{"cifar-100-binary.tar.gz", 168513733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"}},
			},
		}),
		smallImageNet(),
	}
}

// KindByName returns the data set of that name. The error lists the known names.
func KindByName(name string) (Kind, error) {
	var names []string
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return Kind{}, fmt.Errorf("data set %q; want %s", name, strings.Join(names, ", "))
}

// Names returns the names of the data sets that have a property.
func Names(have func(Kind) bool) (names []string) {
	for _, k := range Kinds() {
		if have(k) {
			names = append(names, k.Name)
		}
	}
	return names
}

// Stored reports whether it consists of files.
func (k Kind) Stored() bool { return !k.Generated }

// Features returns the number of values of an image, which are Height x Width x Channels.
func (k Kind) Features() int { return k.Height * k.Width * k.Channels }

// Public reports whether [Fetch] can download its files.
func (k Kind) Public() bool { return k.published != nil }
