"""Writes optim.json: parameters after 1 and 100 updates by the optimisers of torch.optim, in float64.

The network has 4 inputs, 5 hidden tanh units and 3 outputs; the cost is the mean square of its error. The initial numbers are
x[i] = sin(phase + i), so that no other program needs a random generator's draws.

usage: python optim.py >optim.json
"""

import itertools
import json
import sys

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

SHAPES = {"x": (6, 4), "y": (6, 3), "w1": (4, 5), "b1": (5,), "w2": (5, 3), "b2": (3,)}


def wave(phase, shape):
    n = torch.Size(shape).numel()
    return torch.sin(phase + torch.arange(n)).reshape(shape)


RULES = {
    "SGD": lambda p, d: torch.optim.SGD(p, lr=0.05, weight_decay=d),
    "Momentum": lambda p, d: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=d),
    "Nesterov": lambda p, d: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=d),
    "AdaGrad": lambda p, d: torch.optim.Adagrad(p, lr=0.05, weight_decay=d),
    "RMSProp": lambda p, d: torch.optim.RMSprop(p, lr=0.01, weight_decay=d),
    "Adam": lambda p, d: torch.optim.Adam(p, lr=0.01, weight_decay=d),
    "AdamW": lambda p, d: torch.optim.AdamW(p, lr=0.01, weight_decay=d),
}
# The default decay of AdamW, and numbers that are not the defaults.
EXTRA = {
    "AdamW, default decay": lambda p: torch.optim.AdamW(p, lr=0.01),
    "Adam, beta 0.3 and 0.8, epsilon 0.1": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.3, 0.8), eps=0.1),
    "RMSProp, alpha 0.7, epsilon 0.1": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.7, eps=0.1),
    "AdaGrad, epsilon 0.1": lambda p: torch.optim.Adagrad(p, lr=0.05, eps=0.1),
}
CLIPS = {
    "": lambda p: None,
    "value": lambda p: torch.nn.utils.clip_grad_value_(p, 0.05),
    "norm": lambda p: torch.nn.utils.clip_grad_norm_(p, 0.2),
}


def train(make, clip):
    tensors = {name: wave(k, shape) for k, (name, shape) in enumerate(SHAPES.items())}
    params = [tensors[n].requires_grad_() for n in ("w1", "b1", "w2", "b2")]
    w1, b1, w2, b2 = params
    opt = make(params)
    after = {}
    for step in range(1, 101):
        opt.zero_grad()
        out = torch.tanh(tensors["x"] @ w1 + b1) @ w2 + b2
        ((out - tensors["y"]) ** 2).mean().backward()
        clip(params)
        opt.step()
        if step in (1, 100):
            after[step] = [v for p in params for v in p.detach().flatten().tolist()]
    states = {}
    for k in ("momentum_buffer", "sum", "square_avg", "exp_avg", "exp_avg_sq"):
        if k in opt.state[w1]:
            states[k] = [v for p in params for v in opt.state[p][k].flatten().tolist()]
    return {"after": after, "states": states}


cases = []
for (rule, make), decay, clip in itertools.product(RULES.items(), (0, 0.03), CLIPS):
    got = train(lambda p: make(p, decay), CLIPS[clip])
    cases.append({"rule": rule, "decay": decay, "clip": clip, **got})
for rule, make in EXTRA.items():
    cases.append({"rule": rule, "decay": 0, "clip": "", **train(make, CLIPS[""])})
json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
