"""Records the layers of a torch.nn.Module while it is trained, for glorot to show and compare.

    with glorot_hook.Recorder(model, "runs/mine", every=100, config={"lr": 0.1, "seed": 1}) as rec:
        for x, y in batches:
            optimizer.zero_grad()
            loss = cost(model(x), y)
            loss.backward()
            optimizer.step()
            rec.step(loss)

Then: glorot show runs/mine, glorot watch runs, glorot lab runs, glorot compare runs --group-by config.lr. A layer is a linear
or a convolutional module with the activation module that is called next, in the order of the calls. It is observed in the
forward and backward passes in training mode before a step. "glorot help format" describes the files. They have of each layer

    z         the values of the activation module, or of another module that "modules" chooses
    s         the values before it, if no activation module is called (F.relu cannot be observed: use nn.ReLU)
    dcost_ds  the gradients of the cost by s, summed over the mini-batch and, in a convolution, over the positions
    dcost_dw  the gradients of the cost by the weights
    measures  dead, saturated: the shares of units that are 0, or saturated, on every example; grad_norm: the norm of the
              gradient of the mean cost by the weights; update_ratio: std of the last update / std of the weights before

Gradients are those of the cost summed over a mini-batch: the mean cost's times its size. torch.amp's GradScaler falsifies them.
"""

import fnmatch
import json
import math
import os
import time

import torch
from torch import nn

BINS = 201
_TIME = "%Y-%m-%dT%H:%M:%SZ"
HEARTBEAT = 30  # seconds; glorot calls a run killed if its files have not changed for two minutes

# By class of activation: the rule by which a value counts as saturated, and the range of the histogram.
_NO_RULE = ("none", lambda z: torch.zeros_like(z, dtype=torch.bool), None)
_TANH = ("|z| > 0.95", lambda z: z.abs() > 0.95, (-1.0, 1.0))
_BEND = ("-0.01 < z <= 0", lambda z: (z > -0.01) & (z <= 0), None)
_RULES = {
    "Sigmoid": ("z < 0.05 or z > 0.95", lambda z: (z < 0.05) | (z > 0.95), (0.0, 1.0)), "Tanh": _TANH, "Softsign": _TANH,
    "Hardtanh": ("|z| = 1", lambda z: z.abs() == 1, (-1.0, 1.0)), "ReLU": ("z = 0", lambda z: z == 0, None),
    "ELU": ("z < -0.95", lambda z: z < -0.95, None), "SELU": ("z < -1.67", lambda z: z < -1.67, None),
    "Softplus": ("z < 0.05", lambda z: z < 0.05, None), "GELU": _BEND, "SiLU": _BEND, "Mish": _BEND,
}  # fmt: skip
_CONVOLUTION = nn.modules.conv._ConvNd
_WEIGHTED = (nn.Linear, nn.Bilinear, _CONVOLUTION)
_NOT_ACTIVATIONS = (nn.MultiheadAttention, nn.Softmax, nn.Softmax2d, nn.Softmin, nn.LogSoftmax)


class Recorder:
    """Records a model into a new directory.

    every, at      after how many updates the layers are recorded: multiples of every, and those in at
    modules        patterns of the names of modules, such as "encoder.*", instead of the linear, convolutional and activation modules
    config         what the run may be grouped by: numbers, words, lists; runs that differ in "seed" alone are replicates. A tensor or array
                   of one number is that number, and any other object is the text that str makes of it
    update         the number of updates that the weights have had; updates: how many they will have, if that is known
    summed         the cost is the sum over the mini-batch, and not the mean
    data           what it is trained on, in words
    """

    def __init__(self, model, path, every=100, at=(), modules=None, config=None, update=0, updates=0, summed=False, data=""):
        for name, m in model.named_modules():
            if hasattr(m, "_orig_mod") or getattr(m, "_compiled_call_impl", None) or isinstance(m, torch.jit.ScriptModule):
                raise TypeError(f"{name or 'the model'} is compiled and cannot be observed: record a model without torch.compile")
        self._names = {m: _title(n, m) for n, m in model.named_modules() if _chosen(n, m, modules)}
        if not self._names:
            raise ValueError(f"no such modules, the model has: {', '.join(n for n, _ in model.named_modules() if n) or 'none'}")
        self.model, self.path, self.update = model, os.fspath(path), int(update)  # of a checkpoint it may be an array
        self._every, self._at, self._mean = every, frozenset(at), not summed
        self._layers, self._handles, self._before, self._ratios, self._costs = {}, [], {}, {}, {}
        self._batch, self._examples, self._last, self._diverged, self._beat = 1, 0, None, False, time.monotonic()
        os.makedirs(self.path, exist_ok=True)
        if any(os.path.exists(os.path.join(self.path, name)) for name in ("run.yaml", "recorded.json")):
            raise FileExistsError(f"{self.path} holds a run already, allowed: a new directory")
        self._log = open(os.path.join(self.path, "log.jsonl"), "wb", buffering=0)
        size = sum(p.numel() for p in model.parameters() if not nn.parameter.is_lazy(p))
        self._head = {"recorded": 1, "id": os.urandom(8).hex(), "program": f"PyTorch {torch.__version__.split('+')[0]}", "data": data,
                      "network": f"{type(model).__name__} with {size:,} parameters", "config": config or {}, "updates": updates,
                      "start": time.strftime(_TIME, time.gmtime())}  # fmt: skip
        self._write_head()
        self._arm()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        self.close({None: "done", KeyboardInterrupt: "interrupted"}.get(kind, "failed"), repr(error) if kind else "")

    def step(self, loss=None, error=None):
        """Call it after optimizer.step(), with the cost and the error of the mini-batch. It waits for the GPU only when it records."""
        for name, v in (("nll", loss), ("error", error)):
            if v is not None:
                total, n = self._costs.get(name, (0.0, 0))
                self._costs[name] = total + (v.detach() if isinstance(v, torch.Tensor) else v), n + 1
        if self._due(self.update):
            self._record()
        self.update += 1
        self._ratios = {n: (_rows(self._weights()[n]).double() - w).std(correction=0) / w.std(correction=0) for n, w in self._before.items()}
        self._arm()
        if time.monotonic() - self._beat > HEARTBEAT:
            self._beat = time.monotonic()
            os.utime(os.path.join(self.path, "recorded.json"))

    def score(self, event, error, loss=math.nan, examples=0):
        """Records the error, a share, and the mean cost on the "valid" or the "test" examples after the present number of updates."""
        self._append({"event": event, "update": self.update, "examples": int(examples), "error": float(error), "nll": float(loss)})

    def close(self, status="done", reason=""):
        """Removes all hooks and notes how the training ended: done, diverged, interrupted or failed."""
        if not self._log.closed:
            self._disarm()
            self._append({"event": "train", "update": self.update, **self._mean_costs()})
            self._log.close()
            status = "diverged" if self._diverged and status == "done" else status
            self._head.update(status=status, reason=reason, end=time.strftime(_TIME, time.gmtime()))
            self._write_head()

    def _due(self, update):
        return update in self._at or (self._every > 0 and update % self._every == 0)

    def _arm(self):
        """Attaches hooks if the layers are recorded after the present number of updates. Otherwise there are none."""
        self._disarm()
        self._before = {name: _rows(w).double() for name, w in self._weights().items()} if self._due(self.update + 1) else {}
        if self._due(self.update):
            self._examples, self._layers = 0, {name: _Layer(name) for name in self._layers}
            self._handles = [m.register_forward_hook(self._called) for m in self._names]
            self._handles += [w.register_hook(lambda g, name=name: self._add_weights(name, g)) for name, w in self._weights().items()]
            self._handles.append(self.model.register_forward_pre_hook(self._begin, with_kwargs=True))

    def _disarm(self):
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _weights(self):
        """The weights that are trained, except those that are computed from others, as by weight_norm."""
        pairs = ((name, m._parameters.get("weight")) for m, name in self._names.items() if not _is_activation(m))
        return {name: w for name, w in pairs if w is not None and w.requires_grad and not nn.parameter.is_lazy(w)}

    def _begin(self, _, args, kwargs):
        x = _tensor((args, kwargs))
        if self.model.training and torch.is_grad_enabled() and x is not None:
            self._batch, self._last = x.shape[0] if x.dim() else 1, None
            self._examples += self._batch

    def _called(self, m, _, output):
        t = _tensor(output)
        if t is None or not (self.model.training and torch.is_grad_enabled()):
            return
        layer = self._last if self._last and _is_activation(m) else self._layers.setdefault(self._names[m], _Layer(self._names[m]))
        if _is_activation(m):
            layer.rule, self._last = _RULES.get(type(m).__name__, _NO_RULE), None
            layer.z.append(_rows(t, layer.unit if layer.dims == t.dim() else _unit(m, t)))
            return
        layer.unit, layer.dims, self._last = _unit(m, t), t.dim(), layer if isinstance(m, _WEIGHTED) else None
        (layer.s if isinstance(m, _WEIGHTED) else layer.z).append(_rows(t, layer.unit))
        if t.requires_grad:
            unit, scale = layer.unit, self._batch if self._mean else 1  # from the cost's gradients to those of its sum
            t.register_hook(lambda g: layer.ds.append(_rows(g, unit).double().sum(0).float() * scale))

    def _add_weights(self, name, gradient):
        if self.model.training and name in self._layers:
            self._layers[name].dw.append(_rows(gradient) * (self._batch if self._mean else 1))
            self._layers[name].batch = self._batch

    def _record(self):
        costs = self._mean_costs()
        if self._examples:
            layers = [layer.record(i, self._ratios.get(name)) for i, (name, layer) in enumerate(self._layers.items(), 1)]
            self._append({"event": "look", "update": self.update, "examples": self._examples, "layers": layers})
        self._append({"event": "train", "update": self.update, **costs})
        if not (self._diverged or math.isfinite(costs.get("nll", 0.0))):
            self._diverged = True
            self._append({"event": "diverged", "update": self.update, "layer": 0, "node": "the cost", "value": costs["nll"]})

    def _mean_costs(self):
        costs, self._costs = self._costs, {}
        return {name: float(total) / n for name, (total, n) in costs.items()}

    def _append(self, record):
        """Writes a line in one call, so that a kill leaves whole lines."""
        self._log.write(json.dumps(_plain(record), separators=(",", ":")).encode() + b"\n")

    def _write_head(self):
        name = os.path.join(self.path, "recorded.json")
        with open(name + ".new", "w", encoding="utf-8") as f:
            json.dump(_plain(self._head), f, indent=2)
        os.replace(name + ".new", name)


class _Layer:
    """The values of a layer since the last record."""

    def __init__(self, name):
        self.name, self.rule, self.unit, self.dims, self.batch = name, _NO_RULE, -1, 0, 1
        self.z, self.s, self.ds, self.dw = [], [], [], []

    def record(self, number, ratio):
        r, measures, (text, saturated, axis) = {"layer": number, "name": self.name}, {}, self.rule
        if self.z:
            r.update(z=_statistics(self.z, axis, saturated), flat=text)
            if len({z.shape[1] for z in self.z}) == 1:  # one module may be called for layers of several widths, which share no units
                z = torch.cat(self.z)
                for name, inside in ("dead", z == 0), ("saturated", saturated(z)):
                    measures[name] = inside.all(0).double().mean().item() if r["z"]["n"] else math.nan
        elif self.s:
            r["s"] = _statistics(self.s, None, saturated)
        if self.ds:
            r["dcost_ds"] = _statistics(self.ds)
        if self.dw:
            r["dcost_dw"] = _statistics(self.dw)
            measures["grad_norm"] = (sum(g.double() for g in self.dw) / len(self.dw)).norm().item() / self.batch
        if ratio is not None:
            measures["update_ratio"] = ratio.item()
        return {**r, "measures": {name: v if math.isfinite(v) else None for name, v in measures.items()}}


def _statistics(parts, axis=None, saturated=None):
    """Describes the finite values, and says how many are not. What is undefined is None. With a rule of saturation also the tails."""
    x = torch.cat([p.flatten() for p in parts])
    finite = x[torch.isfinite(x)]
    n = finite.numel()
    d = finite.double().sort().values if n else torch.tensor([math.nan])
    mean, variance = d.mean().item(), d.var(correction=0).item()
    r = {"n": n, "non_finite": x.numel() - n, "mean": mean, "std": variance**0.5}
    r["kurtosis"] = (d - mean).pow(4).mean().item() / variance**2 if variance**2 > 0 else math.nan
    if saturated:
        for p in (1, 2, 98, 99):  # linear interpolation, as in numpy.percentile
            at = p / 100 * (len(d) - 1)
            low, high = d[math.floor(at)].item(), d[math.ceil(at)].item()
            r[f"p{p:02}"] = low + (high - low) * (at % 1)
        r["flat"] = saturated(finite).double().mean().item()
    size = 8 * math.sqrt(variance + mean * mean) if variance + mean * mean > 0 else 1.0
    digits = 1 - math.floor(math.log10(size))
    size = float(f"{math.ceil(size * 10.0**digits)}e{-digits}")  # rounded up to two digits
    low, high = axis or (-size, size)
    counts = torch.histc(d, BINS, low, high).long().tolist()
    r["histogram"] = {"low": low, "high": high, "counts": counts, "below": (d < low).sum().item(), "above": (d > high).sum().item()}
    return {name: None if v != v else v for name, v in r.items()}


def _rows(t, unit=-1):
    """A copy as a matrix with a row for each example and position, and a column for each unit."""
    t = t.detach().to("cpu", torch.float32, copy=True)
    return t.movedim(unit, -1).flatten(0, -2) if t.dim() > 1 else t.reshape(-1, 1)


def _unit(m, t):
    """The dimension of the units: channels of a convolution, otherwise the last one."""
    return 1 - m.weight.dim() if isinstance(m, _CONVOLUTION) else 1 if t.dim() > 3 else -1


def _tensor(value):
    """The first tensor in what a module takes or returns, which may be a tuple or a dictionary."""
    if isinstance(value, torch.Tensor):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (tuple, list)) else ()
    return next((t for t in map(_tensor, parts) if t is not None), None)


def _is_activation(m, bare=True):
    """Whether it is one of torch's activation modules, or another module without parameters and children, if bare ones count."""
    if type(m).__module__ == "torch.nn.modules.activation":
        return not isinstance(m, _NOT_ACTIVATIONS)
    return bare and next(m.parameters(), None) is None and next(m.children(), None) is None


def _chosen(name, m, patterns):
    if patterns is None:
        return isinstance(m, _WEIGHTED) or _is_activation(m, bare=False)
    return any(fnmatch.fnmatchcase(name, p) for p in ([patterns] if isinstance(patterns, str) else patterns))


def _title(name, m):
    """The name of a module. One that is a number, as in a Sequential, gets the name of the class: linear0."""
    head, _, last = name.rpartition(".")
    last = type(m).__name__.lower() + last if last.isdigit() or not last else last
    return f"{head}.{last}" if head else last


def _plain(v):
    """Replaces what JSON lacks: numbers by "NaN", "+Inf" and "-Inf", a tensor or an array of one number by that, anything else by its text."""
    if isinstance(v, dict):
        return {str(k): _plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [_plain(x) for x in v]
    if isinstance(v, float):
        return v if math.isfinite(v) else "NaN" if v != v else "+Inf" if v > 0 else "-Inf"
    if v is None or isinstance(v, (int, str)):
        return v
    try:
        return _plain(v.item())
    except (AttributeError, RuntimeError, TypeError, ValueError):
        return str(v)
