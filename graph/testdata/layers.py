"""Writes layers.json: values and gradients of layers by PyTorch, in float64.

Every case is run on two batches or more, so that the second shows what the first has left behind. In run r the input number k has the
elements sin(100 r + 10 k + i), so that no other program needs a random generator's draws. The cost is the sum of all outputs, each element
weighted by cos(i).

usage: python layers.py >layers.json
"""

import json
import sys

import torch
import torch.nn.functional as F
from torch.func import functional_call

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
cases = []


def wave(f, phase, shape):
    n = torch.Size(shape).numel()
    return f(phase + torch.arange(n, dtype=torch.float64)).reshape(shape)


def case(name, layer, inputs, runs=("train", "train"), **settings):
    """Adds a case. layer takes the inputs by name, and the mode, and returns a tuple of outputs."""
    got = []
    for r, mode in enumerate(runs):
        x = {k: wave(torch.sin, 100 * r + 10 * i, s).requires_grad_() for i, (k, s) in enumerate(inputs.items())}
        outputs = layer(x, mode)
        cost = sum((wave(torch.cos, 0, o.shape) * o).sum() for o in outputs)
        cost.backward()
        got.append({
            "mode": mode,
            "outputs": [o.detach().flatten().tolist() for o in outputs],
            "grads": {k: v.grad.flatten().tolist() for k, v in x.items()},
        })
    cases.append({"name": name, "inputs": [{"name": k, "shape": s} for k, s in inputs.items()], "settings": settings, "runs": got})


for name, kernel, pad, stride, dilation in [
    ("", (3, 2), (0, 0), (1, 1), (1, 1)),
    (", padded", (3, 3), (1, 1), (1, 1), (1, 1)),
    (", five by five", (5, 5), (2, 2), (1, 1), (1, 1)),
    (", one by one", (1, 1), (0, 0), (1, 1), (1, 1)),
    (", strided", (3, 2), (0, 0), (2, 2), (1, 1)),
    (", stepping over", (2, 2), (0, 0), (3, 4), (1, 1)),
    (", dilated", (3, 2), (0, 0), (1, 1), (2, 2)),
    (", padded, strided and dilated", (3, 3), (1, 1), (2, 2), (2, 2)),
    (", other along the axes", (3, 2), (2, 1), (1, 2), (2, 1)),
]:
    case("convolution" + name, lambda x, _: (F.conv2d(x["x"], x["w"], stride=stride, padding=pad, dilation=dilation),),
         {"x": (2, 2, 5, 6), "w": (3, 2) + kernel}, kernel=kernel, pad=pad, stride=stride, dilation=dilation)

for name, kernel, pad, stride in [
    ("", (2, 2), (0, 0), (2, 2)),
    (", overlapping", (3, 3), (0, 0), (1, 1)),
    (", padded", (3, 3), (1, 1), (2, 2)),
    (", two by two, padded", (2, 2), (1, 1), (2, 2)),
    (", two by two, overlapping", (2, 2), (0, 0), (1, 1)),
    (", other along the axes", (3, 2), (1, 0), (2, 1)),
]:
    case("max pooling" + name, lambda x, _: (F.max_pool2d(x["x"], kernel, stride=stride, padding=pad),),
         {"x": (2, 2, 5, 6)}, kernel=kernel, pad=pad, stride=stride)


def batch_norm(features):
    mean, variance = torch.zeros(features), torch.ones(features)
    return lambda x, mode: (F.batch_norm(x["x"], mean, variance, x["scale"].flatten(), x["bias"].flatten(),
                                         training=mode == "train", momentum=0.3, eps=1e-3),)


modes = ("train", "train", "eval", "train", "eval")
case("batch normalisation of rows", batch_norm(3), {"x": (5, 3), "scale": (1, 3), "bias": (1, 3)}, modes, momentum=0.3, epsilon=1e-3)
case("batch normalisation of images", batch_norm(3), {"x": (4, 3, 2, 5), "scale": (1, 3, 1, 1), "bias": (1, 3, 1, 1)}, modes,
     momentum=0.3, epsilon=1e-3)


def recurrent(module, cell):
    def layer(x, _):
        params = {k + "_l0": x[k] for k in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
        start = (x["h"][None], x["c"][None]) if cell else x["h"][None]
        out, end = functional_call(module, params, (x["x"], start))
        return (out, end[1][0]) if cell else (out,)
    return layer


case("LSTM", recurrent(torch.nn.LSTM(3, 4), True), {
    "x": (3, 2, 3), "h": (2, 4), "c": (2, 4), "weight_ih": (16, 3), "weight_hh": (16, 4), "bias_ih": (16,), "bias_hh": (16,)})
case("GRU", recurrent(torch.nn.GRU(3, 4), False), {
    "x": (3, 2, 3), "h": (2, 4), "weight_ih": (12, 3), "weight_hh": (12, 4), "bias_ih": (12,), "bias_hh": (12,)})

case("attention", lambda x, _: (F.scaled_dot_product_attention(x["q"], x["k"], x["v"]),),
     {"q": (2, 3, 4), "k": (2, 5, 4), "v": (2, 5, 6)})
heads = torch.nn.MultiheadAttention(6, 2, batch_first=True)
case("attention of two heads", lambda x, _: (functional_call(
    heads, {"in_proj_weight": x["in_weight"], "in_proj_bias": x["in_bias"], "out_proj.weight": x["out_weight"], "out_proj.bias": x["out_bias"]},
    (x["q"], x["kv"], x["kv"]))[0],),
    {"q": (2, 3, 6), "kv": (2, 5, 6), "in_weight": (18, 6), "in_bias": (18,), "out_weight": (6, 6), "out_bias": (6,)}, heads=2)

for reduction in ("sum", "mean"):
    for name, targets, steps, lengths in [
        ("", [[1, 2], [2, 3]], [6, 6], [2, 2]),
        (", a letter twice", [[1, 1], [3, 3]], [6, 6], [2, 2]),
        (", of several lengths", [[1, 2, 1], [2, 0, 0]], [6, 4], [3, 1]),
    ]:
        case(f"CTC, {reduction}{name}", lambda x, _: (F.ctc_loss(
            x["x"].log_softmax(2), torch.tensor(targets), torch.tensor(steps), torch.tensor(lengths), reduction=reduction),),
            {"x": (6, 2, 4)}, targets=targets, steps=steps, lengths=lengths, reduction=reduction)

json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
