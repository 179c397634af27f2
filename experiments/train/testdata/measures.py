"""Writes measures.json: the measures of small networks after 0 to 3 updates of SGD, by numpy from the activations and gradients of PyTorch in
float64.

The networks have 4 inputs, hidden layers of 6 and 5 units and 3 classes. Of relu one unit of each hidden layer is dead; of tanh one unit of the
first is saturated. They are measured on 40 examples, in mini-batches of 10, and trained on batches of 8. The numbers are sin(phase + i), so that no
other program needs a random generator's draws.

usage: python measures.py >measures.json
"""

import json
import math
import sys

import numpy as np
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
SIZES, EXAMPLES, MINI, BATCH, RATE, UPDATES = [4, 6, 5, 3], 40, 10, 8, 0.5, 3
ACTIVATIONS = {"relu": (F.relu, lambda z: z == 0), "tanh": (torch.tanh, lambda z: abs(z) > 0.95)}


def wave(phase, *shape):
    return torch.sin(phase + torch.arange(torch.Size(shape).numel())).reshape(shape)


def labels(n, first):
    return (torch.arange(n) + first) % SIZES[-1]


def initial(activation):
    w = [wave(k, SIZES[k], SIZES[k + 1]) * 0.9 for k in range(3)]
    b = [wave(10 + k, SIZES[k + 1]) * 0.1 for k in range(3)]
    if activation == "relu":
        b[0][2] = -100
        w[1][:, 1], b[1][1] = 0, 0
    else:
        b[0][2] = 100
    return [x.requires_grad_() for x in w], [x.requires_grad_() for x in b]


def forward(f, w, b, x):
    z = []
    for k in range(2):
        x = f(x @ w[k] + b[k])
        z.append(x)
    return x @ w[2] + b[2], z


def gradients(f, w, b, x, y):
    logits, _ = forward(f, w, b, x)
    return torch.autograd.grad(F.cross_entropy(logits, y), w + b)


def effective_rank(z):
    s = np.linalg.svd(z, compute_uv=False)
    p = s[s > 0] / s.sum()
    return math.exp(-(p * np.log(p)).sum())


def cosine(x, y):
    return float((x * y).sum() / np.linalg.norm(x) / np.linalg.norm(y))


def defined(v):
    return v if math.isfinite(v) else None


def measures(activation, w, b, before, last):
    """The measures now. before has the weights before the last update, last the gradients of the last two."""
    f, saturated = ACTIVATIONS[activation]
    x, y = wave(100, EXAMPLES, SIZES[0]), labels(EXAMPLES, 1)
    logits, z = forward(f, w, b, x)
    z = [v.detach().numpy() for v in z]
    mini = [gradients(f, w, b, x[i : i + MINI], y[i : i + MINI])[:3] for i in range(0, EXAMPLES, MINI)]
    layers = []
    for k in range(3):
        g = np.stack([m[k].numpy() for m in mini])
        norm = np.linalg.norm(g.mean(0))
        m = {
            "grad_norm": norm,
            "grad_ratio": norm / np.linalg.norm(np.stack([m[1].numpy() for m in mini]).mean(0)),
            "grad_snr": norm / np.linalg.norm(g.std(0)),
            "update_ratio": None,
            "grad_cosine": None,
        }
        if before:
            m["update_ratio"] = defined((w[k].detach().numpy() - before[k]).std() / before[k].std())
        if len(last) > 1:
            m["grad_cosine"] = cosine(last[-2][k].numpy(), last[-1][k].numpy())
        if k < 2:
            m["dead"] = float((z[k] == 0).all(0).mean())
            m["saturated"] = float(saturated(z[k]).all(0).mean())
            m["rank"] = effective_rank(z[k])
        layers.append(m)
    confusion = np.zeros((SIZES[-1], SIZES[-1]), int)
    np.add.at(confusion, (y.numpy(), logits.argmax(1).numpy()), 1)
    return {"layers": layers, "confusion": confusion.tolist()}


def train(activation):
    f, _ = ACTIVATIONS[activation]
    w, b = initial(activation)
    before, last, states = None, [], []
    for u in range(UPDATES + 1):
        states.append(measures(activation, w, b, before, last))
        if u == UPDATES:
            return states
        grads = gradients(f, w, b, wave(200 + u, BATCH, SIZES[0]), labels(BATCH, u))
        before, last = [x.detach().numpy().copy() for x in w], last + [grads[:3]]
        with torch.no_grad():
            for p, g in zip(w + b, grads):
                p -= RATE * g


json.dump({a: train(a) for a in ACTIVATIONS}, sys.stdout, indent=1)
print()
