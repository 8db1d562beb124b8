"""The profile-likelihood rows of R survey's svyciprop, remade from our share and standard error.

The house has no such interval. R's own steps are repeated here, its grid of profile points and the
straight lines between 3 points of a spline each among them, so that its bounds hold our numbers.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from analysis.statistics.design import degrees_of_freedom
from analysis.statistics.linearise import linearise_mean

KEYS = ("est", "se", "lo", "hi")
# R's glm stops early for the clustered sample (../shared/README.md, glm.se), and its spread is
# that of the step before.
RELATIVE = {"srs": 1e-8, "strat": 1e-8, "stratnofpc": 1e-8, "clus1": 1e-7}


@pytest.mark.parametrize("name", RELATIVE)
def test_profile_likelihood_bounds(name, designs, reference):
    frame, design = designs[name]
    share = linearise_mean(design, frame["awards"] == "Yes")
    p, error = float(share.value[0]), float(share.standard_error(design)[0])
    expected = {key: reference[f"{name}.ciprop_likelihood.{key}"][0] for key in KEYS}
    assert p == pytest.approx(expected["est"], rel=1e-8)
    assert error == pytest.approx(expected["se"], rel=1e-8)
    bounds = profile_bounds(p, error, design.n, float(degrees_of_freedom(design)))
    wanted = [expected["lo"], expected["hi"]]
    np.testing.assert_allclose(bounds, wanted, rtol=RELATIVE[name])


def profile_bounds(p, error, n, degrees, level=0.95):
    """``confint(svyglm(y ~ 1), method="likelihood")`` of survey 4.1-1, brought back to shares.

    The root of the deviance beyond its least is taken at steps of a fifth of the furthest, and cut
    where it is t times the root of the design effect (``MASSprofile_glm``, ``confint_profile``).
    """
    middle, spread = special.logit(p), error / (p * (1 - p))
    cut = stats.t.isf((1 - level) / 2, degrees) * spread * np.sqrt(n * p * (1 - p))
    furthest = np.sqrt(stats.f.isf(stats.norm.cdf(-cut) / 2, 1, n - 1))
    points = [(middle, 0.0)]
    for sign in (-1, 1):
        step, root = 0, 0.0
        while (step := step + 1) < 10 and abs(root) < furthest:
            at = middle + sign * step * furthest / 5 * spread
            q = special.expit(at)
            deviance = 2 * n * (special.rel_entr(p, q) + special.rel_entr(1 - p, 1 - q))
            root = sign * np.sqrt(deviance * (n - 1) / n)
            points.append((at, root))
    x, y = np.array(sorted(points)).T
    grid = np.linspace(x[0], x[-1], 3 * len(x))
    return special.expit(np.interp([-cut, cut], spline(x, y, grid), grid))


def spline(x, y, grid):
    """R's ``spline(method="fmm")``: its third derivative at an end is that of the cubic through the
    four points there (Forsythe, Malcolm and Moler 1977)."""
    step = np.diff(x)
    slope = np.diff(y) / step
    matrix, right = np.zeros((len(x), len(x))), np.zeros(len(x))
    for i in range(1, len(x) - 1):
        matrix[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i] = slope[i] - slope[i - 1]
    for end, part, near in ((0, slice(None, 4), [0, 1]), (-1, slice(-4, None), [-2, -1])):
        matrix[end, near] = -1, 1
        right[end] = step[end] * np.polyfit(x[part], y[part], 3)[0]
    bend = np.linalg.solve(matrix, right)
    rise = slope - step * (bend[1:] + 2 * bend[:-1])
    i = np.clip(np.searchsorted(x, grid, side="right") - 1, 0, len(step) - 1)
    t = grid - x[i]
    return y[i] + t * (rise[i] + t * (3 * bend[i] + t * (bend[i + 1] - bend[i]) / step[i]))
