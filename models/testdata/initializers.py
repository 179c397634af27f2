"""Writes initializers.json: parameters after 200 updates from the initial weights in initial.json, which
go test ./models -run TestInitializersAgainstTorch -update-initial writes, by PyTorch in float64. The networks have 4 inputs, 5 tanh units and 3
classes; batch k = 0..3 has 8 examples, the numbers sin(20 + k + i).

usage: python initializers.py (in its folder, with torch 2.15)
"""

import json

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
SHAPES = {"W1": (4, 5), "b1": (5,), "W2": (5, 3), "b2": (3,)}


def train(initial):
    p = {name: torch.tensor(initial[name], dtype=torch.float64).reshape(shape).requires_grad_() for name, shape in SHAPES.items()}
    opt = torch.optim.SGD(p.values(), lr=0.05)
    y = torch.arange(8) % 3
    for step in range(200):
        x = torch.sin(20 + step % 4 + torch.arange(32)).reshape(8, 4)
        opt.zero_grad()
        F.cross_entropy(torch.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"], y).backward()
        opt.step()
    return {name: t.detach().flatten().tolist() for name, t in p.items()}


with open("initial.json") as file:
    after = {name: train(initial) for name, initial in json.load(file).items()}
with open("initializers.json", "w") as file:
    json.dump({"torch": torch.__version__, "after": after}, file, separators=(",", ":"))
