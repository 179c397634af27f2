"""What glorot_hook.py does with other networks than that of same.py: behaviour.py OUT. An AssertionError says what is wrong."""

import json
import math
import os
import signal
import subprocess
import sys
import time

import torch
from torch import nn

import glorot_hook

out = sys.argv[1]
torch.set_num_threads(1)
torch.manual_seed(1)


def records(path, event="look"):
    with open(f"{out}/{path}/log.jsonl") as f:
        lines = [json.loads(line) for line in f]
    return [r for r in lines if r["event"] == event]


def head(path):
    with open(f"{out}/{path}/recorded.json") as f:
        return json.load(f)


def layer(record, name):
    return next(x for x in record["layers"] if x["name"] == name)


def close(got, want, what):
    assert math.isclose(got, want, rel_tol=1e-5, abs_tol=1e-9), f"{what}: {got}, want {want}"


class Convolutional(nn.Module):
    """One in-place activation module is called after each convolution; conv1 is frozen, conv2 is called twice; forward returns a tuple."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.norm = nn.Conv2d(1, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)
        self.act, self.lstm, self.head = nn.ReLU(inplace=True), nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 2)
        self.conv1.weight.requires_grad_(False)
        with torch.no_grad():
            self.conv1.weight[1], self.conv1.bias[1] = 0, -1  # a dead channel

    def forward(self, x):
        x = self.act(self.conv1(x))
        x = self.act(self.norm(self.conv2(self.conv2(x))))
        sequence, _ = self.lstm(x.flatten(2).transpose(1, 2))
        return self.head(sequence[:, -1]), sequence


def convolutional():
    model = Convolutional()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    modules = ["conv*", "act", "lstm", "head"]
    with glorot_hook.Recorder(model, f"{out}/conv", every=2, modules=modules, config={"seed": 1, "layers": [1, 2]}) as rec:
        for u in range(5):
            x, y = torch.randn(8, 1, 4, 4), torch.randint(2, (8,))
            before = model.conv2.weight.detach().clone()
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x)[0], y)
            loss.backward()
            if u == 4:
                gradients = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
            optimizer.step()
            rec.step(loss)
            if u == 3:
                ratio = (model.conv2.weight.detach() - before).std(correction=0) / before.std(correction=0)
                # Passes in eval mode and without gradients are not recorded.
                model.eval()
                model(x)[0].sum().backward()
                model.train()
                with torch.no_grad():
                    model(1e6 * x)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules()), "hooks remain"
    assert not any(p._backward_hooks for p in model.parameters()), "hooks of weights remain"
    looks = records("conv")
    assert [r["update"] for r in looks] == [0, 2, 4] and head("conv")["status"] == "done"
    last = looks[-1]
    assert [x["name"] for x in last["layers"]] == ["conv1", "conv2", "lstm", "head"], last["layers"]
    conv1, conv2, lstm, out_layer = last["layers"]
    assert last["examples"] == 8 and conv1["z"]["n"] == 8 * 3 * 16 and conv2["z"]["n"] == 8 * 3 * 16 and lstm["z"]["n"] == 8 * 16 * 4
    assert "dcost_dw" not in conv1 and "update_ratio" not in conv1["measures"], "a frozen weight has a gradient"
    close(conv1["measures"]["dead"], 1 / 3, "dead channels")
    assert conv1["flat"] == "z = 0" and "z" not in out_layer and out_layer["s"]["n"] == 16
    scaled = 8 * gradients["conv2.weight"].double()
    close(conv2["dcost_dw"]["std"], scaled.std(correction=0).item(), "gradients of a module that is called twice")
    close(conv2["measures"]["grad_norm"], gradients["conv2.weight"].norm().item(), "norm")
    close(conv2["measures"]["update_ratio"], ratio.item(), "update ratio")
    assert conv2["dcost_ds"]["n"] == 6 and out_layer["dcost_ds"]["n"] == 2
    close(out_layer["dcost_ds"]["std"], 8 * gradients["head.bias"].double().std(correction=0).item(), "gradient by s of the output")
    close(conv1["dcost_ds"]["std"], 8 * gradients["conv1.bias"].double().std(correction=0).item(), "gradient by s of a convolution")


def functional():
    """Without activation modules there are pre-activations. Two backward passes precede each step. Numbers of updates may be tensors."""
    linear = nn.Linear(3, 2)
    with glorot_hook.Recorder(linear, f"{out}/functional", every=1, summed=True, update=torch.tensor(0), updates=torch.tensor(2)) as rec:
        for _ in range(2):
            want = []
            for _ in range(2):
                linear.zero_grad()
                torch.tanh(linear(torch.randn(4, 3))).square().sum().backward()
                want.append(linear.weight.grad.clone())
            rec.step()
    (first, _), name = records("functional"), "linear"
    x = layer(first, name)
    assert first["examples"] == 8 and x["s"]["n"] == 16 and "z" not in x and x["dcost_ds"]["n"] == 4 and x["dcost_dw"]["n"] == 12
    x = layer(records("functional")[1], name)
    close(x["dcost_dw"]["mean"], torch.stack(want).double().mean().item(), "gradients of a summed cost")
    close(x["measures"]["grad_norm"], (sum(want).double() / 2 / 4).norm().item(), "norm of the gradient of the mean cost")


def diverged():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    with glorot_hook.Recorder(model, f"{out}/diverged", every=1) as rec:
        for value in (1.0, math.nan):
            loss = (model(torch.ones(3, 2)) * value).mean()
            loss.backward()
            rec.step(loss)
        model[0].weight.data.fill_(math.nan)
        model(torch.ones(3, 2)).mean().backward()
        rec.step()
    assert head("diverged")["status"] == "diverged" and records("diverged", "diverged")[0]["value"] == "NaN"
    x = layer(records("diverged")[1], "linear2")
    assert x["dcost_dw"]["n"] == 0 and x["dcost_dw"]["non_finite"] == 2 and x["dcost_dw"]["mean"] is None, x
    assert x["measures"]["grad_norm"] is None, x
    x = layer(records("diverged")[2], "linear0")  # shares of nothing are unknown
    assert x["z"]["n"] == 0 and x["z"]["non_finite"] == 6 and x["z"]["flat"] is None and x["z"]["p99"] is None, x
    assert x["measures"]["dead"] is None and x["measures"]["saturated"] is None, x
    assert sum(x["z"]["histogram"]["counts"]) == 0, x


class Shared(nn.Module):
    """One activation module is called where no layer precedes it, with two widths."""

    def __init__(self):
        super().__init__()
        self.wide, self.narrow, self.act = nn.Linear(3, 5), nn.Linear(5, 2), nn.ReLU()

    def forward(self, x):
        x = self.act(1 + self.act(self.wide(x)))
        return self.act(1 + self.act(self.narrow(x)))


def shared():
    model = Shared()
    with glorot_hook.Recorder(model, f"{out}/shared", every=1) as rec:
        model(torch.ones(4, 3)).mean().backward()
        rec.step()
    x = layer(records("shared")[0], "act")
    assert x["z"]["n"] == 4 * 5 + 4 * 2 and "dead" not in x["measures"], x


def refused():
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    compiled = nn.Sequential(nn.Linear(2, 2))
    compiled.compile()
    for what, want, make in [
        ("compiled", "is compiled", lambda: glorot_hook.Recorder(torch.compile(model), f"{out}/never")),
        ("compiled in place", "is compiled", lambda: glorot_hook.Recorder(compiled, f"{out}/never")),
        ("scripted", "is compiled", lambda: glorot_hook.Recorder(torch.jit.script(model), f"{out}/never")),
        ("no module", "no such modules, the model has: 0, 1", lambda: glorot_hook.Recorder(model, f"{out}/never", modules="x*")),
        ("taken", "holds a run already", lambda: glorot_hook.Recorder(model, f"{out}/conv")),
    ]:
        try:
            make()
        except (TypeError, ValueError, FileExistsError) as e:
            assert want in str(e) and "\n" not in str(e), f"{what}: {e}"
        else:
            raise AssertionError(f"{what}: no error")
    assert not os.path.exists(f"{out}/never")


def ended():
    model = nn.Linear(1, 1)
    for name, error, status in ("failed", RuntimeError("no memory"), "failed"), ("interrupted", KeyboardInterrupt(), "interrupted"):
        try:
            with glorot_hook.Recorder(model, f"{out}/{name}"):
                raise error
        except BaseException as e:
            assert e is error
        assert head(name)["status"] == status, head(name)
    assert head("failed")["reason"] == "RuntimeError('no memory')"


def killed():
    """After kill -9 the log has whole lines."""
    code = f"""
import torch, glorot_hook
model = torch.nn.Sequential(torch.nn.Linear(50, 50), torch.nn.Tanh(), torch.nn.Linear(50, 1))
rec = glorot_hook.Recorder(model, {out + "/killed"!r}, every=1)
while True:
    loss = model(torch.randn(20, 50)).mean(); loss.backward(); rec.step(loss)
"""
    p = subprocess.Popen([sys.executable, "-c", code])
    log = f"{out}/killed/log.jsonl"
    while p.poll() is None and not (os.path.exists(log) and os.path.getsize(log) > 50_000):
        time.sleep(0.05)
    p.send_signal(signal.SIGKILL)
    p.wait()
    assert len(records("killed")) > 5 and "status" not in head("killed")


def cheap():
    """Between two records a step is almost nothing, and no hook is attached."""
    model = nn.Sequential(*[nn.Linear(4, 4) for _ in range(50)])
    rec = glorot_hook.Recorder(model, f"{out}/cheap", every=10**9)
    rec.step()
    loss = torch.zeros(())
    assert not any(m._forward_hooks for m in model.modules())
    best = math.inf
    for _ in range(20):
        begin = time.perf_counter()
        for _ in range(100):
            rec.step(loss)
        best = min(best, (time.perf_counter() - begin) / 100)
    rec.close()
    print(f"a step that records nothing takes {1e6 * best:.1f} µs")
    assert best < 200e-6, best


for check in convolutional, functional, diverged, shared, refused, ended, killed, cheap:
    check()
