# Writes difference.json: scipy's tests and intervals of two samples, which difference_test.go reads.
#
#     python difference.py > difference.json      (scipy 1.17.1)
import json

from scipy import stats
from scipy.special import gammaln, logit
import numpy as np

SAMPLES = [  # errors of three and five seeds, standard deviations, and numbers of unequal groups
    ([0.0213, 0.0187, 0.0204], [0.4371, 0.3902, 0.4689]),
    ([0.562, 0.571, 0.558, 0.566, 0.569], [0.549, 0.561, 0.547, 0.552, 0.563]),
    ([1.2e-7, 3.1e-7, 0.7e-7, 2.2e-7, 1.9e-7], [2.3e-3, 1.9e-3, 2.8e-3, 2.1e-3, 2.4e-3]),
    ([0.31, 0.29, 0.35, 0.33], [0.28, 0.36, 0.41, 0.22, 0.30]),
    ([0.5, 0.5, 0.5], [0.4, 0.45, 0.42]),
]


def numbers(result):
    ci = result.confidence_interval(0.95)
    return {"p": result.pvalue, "freedom": float(result.df), "low": ci.low, "high": ci.high}


def factor(m):
    return np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / np.sqrt(m / 2)


cases = []
for a, b in SAMPLES:
    for scale, to in [("plain", lambda x: x), ("log", np.log), ("logit", logit)]:
        x, y = to(np.array(a)), to(np.array(b))
        n, m = len(x), len(y)
        # Hedges (1981), with the standard deviation that both samples share
        pooled = np.sqrt(((n - 1) * x.var(ddof=1) + (m - 1) * y.var(ddof=1)) / (n + m - 2))
        mean = y.mean() - x.mean()
        case = {"a": a, "b": b, "scale": scale, "mean": mean, "unpaired": numbers(stats.ttest_ind(y, x, equal_var=False))}
        case["unpaired"]["effect"] = factor(n + m - 2) * mean / pooled
        if len(set(a)) == 1:  # a does not say how much it varies: it is taken to vary as b
            std, freedom = y.std(ddof=1), m - 1
            error = std * np.sqrt(1 / n + 1 / m)
            low, high = stats.t.interval(0.95, freedom, mean, error)
            case["unpaired"] = {"p": 2 * stats.t.sf(abs(mean) / error, freedom), "freedom": freedom, "low": low, "high": high, "effect": factor(freedom) * mean / std}
        if n == m:
            case["paired"] = numbers(stats.ttest_rel(y, x))
            case["paired"]["effect"] = factor(n - 1) * mean / pooled
        cases.append(case)
print(json.dumps(cases, indent=1))
