"""Writes activations.json: the activations and their derivatives, as PyTorch computes them in float64 and as mpmath does with 60
digits, which are then rounded. TestActivationValues reads it.

usage: python activations.py >activations.json    (with torch 2.15 and mpmath 1.3)
"""
import json

import mpmath as mp
import torch
import torch.nn.functional as F

mp.mp.dps = 60
phi = lambda s: mp.exp(-s * s / 2) / mp.sqrt(2 * mp.pi)
Phi = lambda s: mp.erfc(-s / mp.sqrt(2)) / 2
sigmoid = lambda s: 1 / (1 + mp.exp(-s))
softplus = lambda s: mp.log1p(mp.exp(s)) if s < 0 else s + mp.log1p(mp.exp(-s))
scale, alpha = mp.mpf("1.0507009873554804934193349852946"), mp.mpf("1.6732632423543772848170429916717")
root = mp.sqrt(2 / mp.pi)
cubic = mp.mpf("0.044715")
leak = mp.mpf("0.01")


def gelu_tanh(s):
    return s * sigmoid(2 * root * (s + cubic * s**3))


def gelu_tanh_slope(s):
    p = sigmoid(2 * root * (s + cubic * s**3))
    return p + s * p * sigmoid(-2 * root * (s + cubic * s**3)) * 2 * root * (1 + 3 * cubic * s * s)


def mish_slope(s):
    t = mp.tanh(softplus(s))
    return t + s * mp.sech(softplus(s)) ** 2 * sigmoid(s)


functions = {
    "sigmoid": (torch.sigmoid, sigmoid, lambda s: sigmoid(s) * sigmoid(-s)),
    "tanh": (torch.tanh, mp.tanh, lambda s: mp.sech(s) ** 2),
    "softsign": (F.softsign, lambda s: s / (1 + abs(s)), lambda s: 1 / (1 + abs(s)) ** 2),
    "identity": (lambda s: s * 1, lambda s: s, lambda s: mp.mpf(1)),
    "relu": (F.relu, lambda s: max(s, 0), lambda s: mp.mpf(s > 0)),
    "leaky_relu": (F.leaky_relu, lambda s: s if s > 0 else leak * s, lambda s: mp.mpf(1) if s > 0 else leak),
    "elu": (F.elu, lambda s: s if s > 0 else mp.expm1(s), lambda s: mp.mpf(1) if s > 0 else mp.exp(s)),
    "selu": (F.selu, lambda s: scale * (s if s > 0 else alpha * mp.expm1(s)), lambda s: scale * (1 if s > 0 else alpha * mp.exp(s))),
    "gelu": (F.gelu, lambda s: s * Phi(s), lambda s: Phi(s) + s * phi(s)),
    "gelu_tanh": (lambda s: F.gelu(s, approximate="tanh"), gelu_tanh, gelu_tanh_slope),
    "silu": (F.silu, lambda s: s * sigmoid(s), lambda s: sigmoid(s) * (1 + s * sigmoid(-s))),
    "softplus": (F.softplus, softplus, sigmoid),
    "hard_tanh": (F.hardtanh, lambda s: max(-1, min(s, 1)), lambda s: mp.mpf(abs(s) < 1)),
    "mish": (F.mish, lambda s: s * mp.tanh(softplus(s)), mish_slope),
}
for name in ("prelu", "prelu_units"):  # before training
    functions[name] = (lambda s: F.prelu(s, torch.tensor(0.25, dtype=torch.float64)), lambda s: s if s > 0 else s / 4, lambda s: mp.mpf(1 if s > 0 else 0.25))

points = [-1e4, -100, -38, -20.5, -20, -12, -7.25, -5, -3.3, -2.5, -1.5, -1, -0.75, -0.5, -0.1, -1e-3, -1e-9, -1e-300, -0.0,
          0.0, 1e-300, 1e-9, 1e-3, 0.1, 0.5, 0.75, 1, 1.5, 2.5, 3.3, 5, 7.25, 12, 20, 20.5, 38, 100, 1e4]
infinite = [float("-inf"), float("inf")]


def by_torch(f, s):
    """One number at a time, so that all take the same path through PyTorch's loops."""
    x = torch.tensor(s, dtype=torch.float64, requires_grad=True)
    z = f(x)
    z.backward()
    return [repr(z.item()), repr(x.grad.item())]


out = {}
for name, (f, exact, slope) in functions.items():
    rows = [[repr(s)] + by_torch(f, s) + [repr(float(g(mp.mpf(s)))) for g in (exact, slope)] for s in points]
    rows += [[repr(s)] + by_torch(f, s) for s in infinite]
    out[name] = rows
print(json.dumps(out, indent=0).replace("\n\"", "\"").replace("\n],", "],").replace("[\"", "[\"").replace("\",\"", "\", \""))
