"""Writes networks.json: parameters after 200 updates of small networks with norms, residual connections and every activation, by
PyTorch in float64, and the rates of torch.optim.lr_scheduler.

The networks have 4 inputs, three hidden layers of 6 units and 3 classes; batch k = 0..3 has 8 examples. The numbers are
sin(phase + i), so that no other program needs a random generator's draws.

usage: python networks.py >networks.json
"""

import json
import sys

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
SIZES, BATCH = [4, 6, 6, 6, 3], 8


def wave(phase, *shape):
    return torch.sin(phase + torch.arange(torch.Size(shape).numel())).reshape(shape)


ACTIVATIONS = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "softsign": F.softsign, "identity": lambda s: s, "relu": F.relu,
    "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu, "gelu": F.gelu, "gelu_tanh": lambda s: F.gelu(s, approximate="tanh"),
    "silu": F.silu, "softplus": F.softplus, "hard_tanh": F.hardtanh, "mish": F.mish,
    "prelu": lambda: torch.nn.PReLU(), "prelu_units": lambda: torch.nn.PReLU(6),
}
NORMS = {
    "none": None,
    "batch": lambda: torch.nn.BatchNorm1d(6),
    "layer": lambda: torch.nn.LayerNorm(6),
    "rms": lambda: torch.nn.RMSNorm(6, eps=1e-5),
    "rms_torch": lambda: torch.nn.RMSNorm(6, eps=torch.finfo(torch.float32).eps),  # what it is without eps in float32
}


def train(activation, norm, residual, adam, smoothing):
    fs = [ACTIVATIONS[activation]() if activation.startswith("prelu") else ACTIVATIONS[activation] for _ in range(3)]
    w = [wave(k, SIZES[k], SIZES[k + 1]).mul(0.7).requires_grad_() for k in range(4)]
    b = [wave(10 + k, SIZES[k + 1]).mul(0.1).requires_grad_() for k in range(4)]
    norms = [NORMS[norm]() for _ in range(3)] if NORMS[norm] else []
    slopes = [f.weight for f in fs if isinstance(f, torch.nn.PReLU)]
    params = w + b + [p for n in norms for p in n.parameters()] + slopes
    opt = torch.optim.Adam(params, lr=0.01) if adam else torch.optim.SGD(params, lr=0.05)

    def forward(x):
        inputs = []
        for k in range(3):
            inputs.append(x)
            a = x @ w[k]
            if norm != "batch":
                a = a + b[k]
            x = fs[k](norms[k](a) if norms else a)
            if residual and (k + 1) % residual == 0 and inputs[k + 1 - residual].shape == x.shape:
                x = x + inputs[k + 1 - residual]
        return x @ w[3] + b[3]

    y = torch.arange(BATCH) % 3
    for step in range(200):
        opt.zero_grad()
        F.cross_entropy(forward(wave(20 + step % 4, BATCH, 4)), y, label_smoothing=smoothing).backward()
        opt.step()
    for n in norms:
        n.eval()
    out = {"logits": forward(wave(20, BATCH, 4)).detach().flatten().tolist()}
    for k in range(4):
        out[f"W{k+1}"] = w[k].detach().flatten().tolist()
        if norm != "batch" or k == 3:
            out[f"b{k+1}"] = b[k].detach().tolist()
    for k, slope in enumerate(slopes):
        out[f"alpha{k+1}"] = slope.detach().tolist()
    for k, n in enumerate(norms):
        out[f"gamma{k+1}"] = n.weight.detach().tolist()
        if getattr(n, "bias", None) is not None:
            out[f"beta{k+1}"] = n.bias.detach().tolist()
        if norm == "batch":
            out[f"mean{k+1}"], out[f"var{k+1}"] = n.running_mean.tolist(), n.running_var.tolist()
    return out


cases = []


def case(activation, norm="none", residual=0, adam=False, smoothing=0.0):
    got = train(activation, norm, residual, adam, smoothing)
    cases.append({"activation": activation, "norm": norm, "residual": residual, "adam": adam, "smoothing": smoothing, "after": got})


for activation in ACTIVATIONS:
    case(activation)
for norm in ("batch", "layer", "rms", "rms_torch"):
    case("tanh", norm)
    case("relu", norm, residual=1, adam=True)
for residual in (1, 2, 3):
    case("tanh", residual=residual)
case("relu", adam=True, smoothing=0.1)
case("prelu", "layer", residual=1, adam=True)


def rates(make):
    opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = make(opt)
    list = []
    for _ in range(25):
        list.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step()
    return list


lr = torch.optim.lr_scheduler
schedules = {
    "step": rates(lambda o: lr.StepLR(o, 20 // 3, gamma=0.5)),
    "linear": rates(lambda o: lr.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=20)),
    "cosine": rates(lambda o: lr.SequentialLR(o, [lr.CosineAnnealingLR(o, 20), lr.ConstantLR(o, 0.0, 1000)], [20])),
}
json.dump({"torch": torch.__version__, "cases": cases, "schedules": schedules}, sys.stdout, separators=(",", ":"))
