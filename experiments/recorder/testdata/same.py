"""Trains the network of TestSameAsPyTorch with PyTorch, and records it: same.py FOLDER OUT, with glorot_hook.py in PYTHONPATH.

FOLDER has train.csv, valid.csv, test.csv and the initial weights in weights.safetensors. The recording in testdata/pytorch
was made with PyTorch 2.15.0 on CPU: go test -run TestSameAsPyTorch -update.
"""

import csv
import json
import struct
import sys

import torch
from torch import nn

import glorot_hook

folder, out = sys.argv[1:]
torch.set_num_threads(1)
glorot_hook.BINS = 21


def examples(name):
    with open(f"{folder}/{name}.csv") as f:
        rows = list(csv.reader(f))[1:]
    return torch.tensor([[float(v) for v in r[:-1]] for r in rows]), torch.tensor([int(r[-1]) for r in rows])


def weights():
    with open(f"{folder}/weights.safetensors", "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    del header["__metadata__"]
    return {
        name: torch.frombuffer(bytearray(data[slice(*t["data_offsets"])]), dtype=torch.float32).reshape(t["shape"])
        for name, t in header.items()
    }


(x, y), valid, test = examples("train"), examples("valid"), examples("test")
initial = weights()
layers = []
for i in range(1, len(initial) // 2 + 1):
    linear = nn.Linear(*initial[f"W{i}"].shape)
    with torch.no_grad():
        linear.weight.copy_(initial[f"W{i}"].T)
        linear.bias.copy_(initial[f"b{i}"])
    layers += [linear, nn.Tanh()]
model = nn.Sequential(*layers[:-1])
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
cost = nn.functional.cross_entropy


def passes(u):
    """What a snapshot of glorot measures: mini-batches of 10 of the test examples. Passes in eval mode are not recorded."""
    model.train()
    for k in range(0, len(test[0]), 10):
        cost(model(test[0][k : k + 10]), test[1][k : k + 10]).backward()
    model.eval()
    for event, (inputs, labels) in ("valid", valid), ("test", test):
        with torch.no_grad():
            logits = model(inputs)
            recorder.score(event, (logits.argmax(1) != labels).float().mean(), cost(logits, labels), len(labels))


config = {"seed": 1, "lr": 0.05, "optimizer": "SGD", "train.batch": len(x)}
with glorot_hook.Recorder(model, out, every=100, config=config, updates=500, data="40 random examples of 3 classes") as recorder:
    for u in range(501):
        if u % 100 == 0:
            passes(u)
        if u == 500:
            recorder.step()
            break
        optimizer.zero_grad()
        loss = cost(model(x), y)
        loss.backward()
        optimizer.step()
        recorder.step(loss)
