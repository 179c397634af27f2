"""Writes state_dicts of PyTorch with their logits, and reads ours. weights_test.go reads the files that it writes.

NAME.npz and NAME.safetensors have the state_dict of a network of 6 inputs and 3 classes with the hidden layers [5, 4], and logits.json has
NAME's logits in an evaluation of four examples, which are sin(i). ours-NAME.safetensors are files that weights.Sequential wrote from
the numbers sin(i); they are loaded strictly into the module that it names.

usage: python state_dicts.py (in its folder, with torch 2.15, numpy and safetensors; after go test -update)
"""

import glob
import json

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

torch.manual_seed(1)
X = torch.sin(torch.arange(24, dtype=torch.float64)).reshape(4, 6).float()


class Named(nn.Module):
    """Attributes with numbers instead of a Sequential."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)
        self.bn1, self.bn2 = nn.BatchNorm1d(5), nn.BatchNorm1d(4)

    def forward(self, x):
        return self.fc3(torch.relu(self.bn2(self.fc2(torch.relu(self.bn1(self.fc1(x)))))))


def net(norm, activation):
    layers = []
    for i, o in ((6, 5), (5, 4)):
        layers += [nn.Linear(i, o)] + ([norm(o)] if norm else []) + [activation(o)]
    return nn.Sequential(*layers, nn.Linear(4, 3))


networks = {
    "plain": net(None, lambda n: nn.Tanh()),
    "batch": net(nn.BatchNorm1d, lambda n: nn.ReLU()),  # with biases in front of the norm
    "layer": net(nn.LayerNorm, lambda n: nn.GELU()),
    "rms": net(lambda n: nn.RMSNorm(n, eps=1e-5), lambda n: nn.PReLU(n)),
    "prelu": net(None, lambda n: nn.PReLU()),
    "named": Named(),
    "many": nn.Sequential(nn.Linear(6, 4), *[f for _ in range(5) for f in (nn.Tanh(), nn.Linear(4, 4))], nn.Tanh(), nn.Linear(4, 3)),
}
out = {}


def keep(name, m):
    for p in m.parameters():  # slopes and scales that differ from unit to unit
        p.data += 0.1 * torch.randn_like(p)
    for _ in range(3):
        m(torch.randn(8, 6))  # running statistics
    m.eval()
    state = {k: v.detach().contiguous() for k, v in m.state_dict().items()}
    np.savez(f"{name}.npz", **{k: v.numpy() for k, v in state.items()})
    save_file(state, f"{name}.safetensors")
    out[name] = m(X).flatten().tolist()


for name, m in networks.items():
    keep(name, m)
keep("rms_torch", net(nn.RMSNorm, lambda n: nn.PReLU(n)))  # torch's own epsilon, of which the state_dict says nothing
for path in sorted(glob.glob("ours-*.safetensors")):
    m = eval(json.load(open(path.replace(".safetensors", ".json"))))
    m.load_state_dict(load_file(path), strict=True)
    m.eval()
    out[path.removesuffix(".safetensors")] = m(X).flatten().tolist()
json.dump({"torch": torch.__version__, "logits": out}, open("logits.json", "w"), indent=1)
