"""Writes types.npz with numpy (2.4.6): an array of shape (2, 3, 4) of every type, byte order and memory order that is read."""

import numpy as np

base = np.arange(24).reshape(2, 3, 4)
arrays = {}
for kind, x in [("b", base % 3 == 0), ("i", base - 12), ("u", base * 2), ("f", (base - 12) / 4), ("S", base), ("U", base)]:
    for size in {"b": [1], "i": [1, 2, 4, 8], "u": [1, 2, 4, 8], "f": [2, 4, 8], "S": [2], "U": [3]}[kind]:
        for byteorder in "<>":
            for order in "CF":
                dtype = np.dtype(f"{byteorder}{kind}{size}")
                name = {"<": "little", ">": "big"}[byteorder]
                arrays[f"{kind}{size}-{name}-{order}"] = np.asarray(x, dtype=dtype, order=order)
arrays["half"] = np.array([0, -0.0, 1, -2.5, 65504, 2**-24, 2**-14, np.inf, -np.inf], dtype=np.float16)
arrays["extreme"] = np.array([2**64 - 1, 2**63], dtype=np.uint64)
arrays["scalar"] = np.array(7.5)
arrays["empty"] = np.zeros((0, 3))
np.savez_compressed("types.npz", **arrays)
