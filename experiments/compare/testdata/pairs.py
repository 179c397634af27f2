# Prints the numbers that compare_test.go has of its six made-up runs: scipy's tests and intervals on the logit and on the logarithmic scale.
#
#     python pairs.py      (scipy 1.17.1)
import numpy as np
from scipy import stats
from scipy.special import expit, logit

for name, a, b, to, back in [
    ("test/error", [0.1, 0.2, 0.3], [0.4, 0.5, 0.6], logit, expit),
    ("test/nll", [0.2, 0.4, 0.6], [0.8, 1.0, 1.2], np.log, np.exp),
]:
    x, y = to(np.array(a)), to(np.array(b))
    print(name)
    for z in (x, y):
        half = stats.t.ppf(0.975, len(z) - 1) * z.std(ddof=1) / np.sqrt(len(z))
        print("  center, low, high:", repr(float(back(z.mean()))), repr(float(back(z.mean() - half))), repr(float(back(z.mean() + half))))
    for test, r in [("paired", stats.ttest_rel(y, x)), ("Welch", stats.ttest_ind(y, x, equal_var=False))]:
        ci = r.confidence_interval(0.95)
        ends = [float(back(x.mean() + d) - back(x.mean())) for d in (y.mean() - x.mean(), ci.low, ci.high)]
        print(" ", test, "p:", repr(float(r.pvalue)), "difference, low, high:", ends)
        if to is np.log:
            print("    ratio, low, high:", [float(np.exp(d)) for d in (y.mean() - x.mean(), ci.low, ci.high)])
