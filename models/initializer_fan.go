package models

import "math"

func glorotNormal() Initializer {
	return Initializer{
		Name: "glorot_normal", Aliases: []string{"xavier_normal"}, Formula: "N(0, 2/(in+out))",
		Source: "Glorot & Bengio 2010, eq. 12",
		Std:    func(in, out int) float64 { return math.Sqrt(2 / float64(in+out)) },
	}
}

const heSource = "He, Zhang, Ren & Sun 2015, eq. 10, for relu, by the fan-in"

func heUniform() Initializer {
	return Initializer{
		Name: "he_uniform", Aliases: []string{"kaiming_uniform"}, Formula: "U[-a, a], a = sqrt(6/in)",
		Source: heSource,
		Limit:  func(_, _, in, _ int) float64 { return math.Sqrt(6 / float64(in)) },
	}
}

func heNormal() Initializer {
	return Initializer{
		Name: "he_normal", Aliases: []string{"he", "kaiming_normal", "kaiming"}, Formula: "N(0, 2/in)",
		Source: heSource,
		Std:    func(in, _ int) float64 { return math.Sqrt(2 / float64(in)) },
	}
}

func lecunUniform() Initializer {
	return Initializer{
		Name: "lecun_uniform", Formula: "U[-a, a], a = sqrt(3/in)",
		Source: lecunSource,
		Limit:  func(_, _, in, _ int) float64 { return math.Sqrt(3 / float64(in)) },
	}
}

const lecunSource = "LeCun, Bottou, Orr & Müller 1998, eq. 16"

func lecunNormal() Initializer {
	return Initializer{
		Name: "lecun_normal", Aliases: []string{"lecun"}, Formula: "N(0, 1/in)",
		Source: lecunSource,
		Std:    func(in, _ int) float64 { return math.Sqrt(1 / float64(in)) },
	}
}

func torch() Initializer {
	return Initializer{
		Name: "torch", Aliases: []string{"pytorch"}, Formula: "U[-a, a], a = 1/sqrt(in), for the weights and the biases",
		Source: "PyTorch's torch.nn.Linear, which is He et al. 2015 for a leaky relu of slope sqrt(5)",
		Limit:  func(_, _, in, out int) float64 { return TorchLimit(in, out) },
		Biases: TorchLimit,
	}
}

// TorchLimit is the limit of the uniform weights and biases with which torch.nn.Linear begins, 1/sqrt(in).
func TorchLimit(in, _ int) float64 { return 1 / math.Sqrt(float64(in)) }

// NoLimit is 0: all biases are equal.
func NoLimit(_, _ int) float64 { return 0 }
