"""The samples, designs and golden values that the tests of the statistics share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.calibration import Margin, calibrate_linear, post_stratify, rake
from analysis.statistics.design import declare_design

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="session")
def api():
    """The California schools samples by name."""
    folder = GOLDEN / "r_survey_api"
    names = ("apistrat", "apisrs", "apiclus1", "apiclus2")
    return {name: pd.read_csv(folder / f"{name}.csv") for name in names}


@pytest.fixture(scope="session")
def nhanes():
    return pd.read_csv(GOLDEN / "r_survey_designs" / "nhanes.csv")


def read_reference(folder):
    """Quantity -> values of a reference.csv."""
    frame = pd.read_csv(GOLDEN / folder / "reference.csv")
    return {key: part["value"].to_numpy() for key, part in frame.groupby("key", sort=False)}


@pytest.fixture(scope="session")
def reference():
    return read_reference("r_survey_calibration")


@pytest.fixture(scope="session")
def more():
    return read_reference("r_survey_more")


@pytest.fixture(scope="session")
def golden_rows():
    """Rows of an expected_R.tsv, by folder."""

    def read(folder):
        return pd.read_csv(GOLDEN / folder / "expected_R.tsv", sep="\t", keep_default_na=False)

    return read


def make_margin(name, values, targets):
    """A margin from a column of labels and label -> count."""
    levels = tuple(targets)
    place = {level: code for code, level in enumerate(levels)}
    codes = np.array([place[value] for value in values])
    return Margin(name, codes, levels, np.array(list(targets.values()), float))


@pytest.fixture(scope="session")
def margin():
    return make_margin


STYPE = {"E": 4421, "H": 755, "M": 1018}
SCHWIDE = {"No": 1072, "Yes": 5122}


@pytest.fixture(scope="session")
def designs(api):
    """The sample and design behind every prefix of reference.csv, `_rake` and `_trim` left out."""
    srs, strat, clus1 = api["apisrs"], api["apistrat"], api["apiclus1"]

    def declare(frame, strata=None, clusters=None, population=True, weights=None):
        return declare_design(
            len(frame),
            frame["pw"] if weights is None else weights,
            None if strata is None else frame[strata].to_numpy(),
            None if clusters is None else frame[clusters].to_numpy(),
            frame["fpc"].to_numpy() if population else None,
        )

    ways = {
        "srs": (srs, {}),
        "strat": (strat, {"strata": "stype"}),
        "stratnofpc": (strat, {"strata": "stype", "population": False}),
        "clus1": (clus1, {"clusters": "dnum"}),
    }
    found = {name: (frame, declare(frame, **way)) for name, (frame, way) in ways.items()}
    for name in ("srs", "strat", "clus1"):
        frame, design = found[name]
        margins = [
            make_margin("stype", frame["stype"], STYPE),
            make_margin("sch.wide", frame["sch.wide"], SCHWIDE),
        ]
        raked = rake(design, margins).design
        found[f"{name}_calrake"] = (frame, raked)
        found[f"{name}_ps"] = (frame, post_stratify(design, margins[0]).design)
        fixed = declare(frame, **ways[name][1], weights=raked.weights)
        found[f"{name}_fixed"] = (frame, fixed)
        columns = [
            np.ones(len(frame)),
            frame["stype"] == "H",
            frame["stype"] == "M",
            frame["sch.wide"] == "Yes",
        ]
        totals = [6194, STYPE["H"], STYPE["M"], SCHWIDE["Yes"]]
        names = ("all", "H", "M", "sch.wide")
        greg = calibrate_linear(design, np.column_stack(columns), totals, names).design
        found[f"{name}_greg"] = (frame, greg)
    return found


def make_design(kind, rng, n=120):
    """A random design of a kind, with unequal weights."""
    weights = rng.uniform(0.5, 3, n)
    weights[:3] = 0
    strata = np.sort(rng.integers(0, 3, n))
    clusters = strata * 100 + rng.integers(0, 6, n)
    if kind == "elements":
        return declare_design(n, weights, population=np.full(n, 900))
    if kind == "strata":
        return declare_design(n, weights, strata, population=np.array([90.0, 200, np.inf])[strata])
    if kind == "clusters":
        return declare_design(n, weights, clusters=clusters)
    if kind == "strata and clusters":
        return declare_design(n, weights, strata, clusters, np.full(n, 12))
    if kind == "two stages":
        return declare_design(
            n,
            weights,
            clusters=np.column_stack([clusters, np.arange(n)]),
            population=np.column_stack([np.full(n, 40), np.full(n, 300)]),
            lonely="certainty",
        )
    strata[:1] = 9
    return declare_design(n, weights, strata, lonely="centre")


def draw_case(kind, raked, overlapping, seed):
    rng = np.random.default_rng(seed)
    design = make_design(kind, rng)
    if raked:
        a, b = rng.integers(0, 3, (2, design.n))
        margins = [
            Margin("a", a, ("x", "y", "z"), np.array([100.0, 150, 250])),
            Margin("b", b, ("x", "y", "z"), np.array([200.0, 200, 100])),
        ]
        design = rake(design, margins).design
    codes = rng.integers(-1, 3, (design.n, 3)).astype(np.int8)
    domains = rng.random((design.n, 2)) < 0.5 if overlapping else rng.integers(-1, 2, design.n)
    members = domains if overlapping else domains[:, None] == [0, 1]
    return design, codes, domains, members


@pytest.fixture(scope="session")
def make_case():
    """A random design of a kind with codes, domains and who is in them."""
    return draw_case
