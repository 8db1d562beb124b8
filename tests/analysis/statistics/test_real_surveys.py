"""Shares, means, tests and quantiles of two surveys that real people answered, against R survey.

Reads ../shared/real, which is not part of the repository; skipped where it is absent.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.associations import associate_table
from analysis.statistics.comparisons import compare_means
from analysis.statistics.design import declare_design, degrees_of_freedom
from analysis.statistics.intervals import student
from analysis.statistics.linearise import design_effect, linearise_mean
from analysis.statistics.quantiles import estimate_quantiles

REAL = Path(__file__).parents[4] / "shared" / "real"


@pytest.fixture(scope="module", params=["hdv2003", "gss2010"])
def survey(request):
    """The answers, the design and the expected rows."""
    folder = REAL / request.param
    if not folder.exists():
        pytest.skip(f"../shared/real/{request.param} is absent: real surveys are not copied here")
    expected = pd.read_csv(folder / "expected_R.tsv", sep="\t", keep_default_na=False)
    if request.param == "hdv2003":
        frame = pd.read_csv(folder / "hdv2003.csv")
        weights = frame["poids"]
    else:
        import pyreadstat

        frame, meta = pyreadstat.read_sav(
            str(folder / "2010.sav"), encoding="cp1252", user_missing=True
        )
        for column, ranges in meta.missing_ranges.items():
            for part in ranges:
                if isinstance(part["lo"], (int, float)):
                    inside = (frame[column] >= part["lo"]) & (frame[column] <= part["hi"])
                    frame.loc[inside, column] = np.nan
        weights = frame["wtssall"]
    return frame, declare_design(len(frame), weights), expected


def assert_close(found, expected):
    np.testing.assert_allclose(np.ravel(found), [float(value) for value in expected], rtol=1e-8)


def as_text(column):
    """Levels as R prints them; None where missing."""

    def show(value):
        return f"{value:g}" if isinstance(value, float) else str(value)

    return np.array([None if pd.isna(value) else show(value) for value in column], object)


def pick(frame, name, level):
    values = as_text(frame[name])
    return np.where([value is None for value in values], np.nan, values == level)


def test_shares(survey):
    frame, design, expected = survey
    rows = expected[expected["what"].str.match(r"proportion of \S+$")]
    assert len(rows) > 20
    for _, row in rows.iterrows():
        name = row["what"].removeprefix("proportion of ")
        picked = pick(frame, name, row["level"])
        share = linearise_mean(design, picked)
        error = share.standard_error(design)
        assert_close([share.value, error], [row["value"], row["se"]])
        assert_close(
            student(share.value, error, degrees_of_freedom(design)), [row["lo"], row["hi"]]
        )
        assert int((~np.isnan(picked)).sum()) == int(row["n"])


def test_shares_by_segment(survey):
    frame, design, expected = survey
    rows = expected[expected["what"].str.match(r"proportion of \S+ by ")]
    assert len(rows) > 5
    for _, row in rows.iterrows():
        name, segment = re.fullmatch(r"proportion of (\S+) by (\S+)", row["what"]).groups()
        domain, level = row["level"].split(f":factor({name})")
        members = as_text(frame[segment]) == domain
        share = linearise_mean(design, pick(frame, name, level), members)
        assert_close([share.value, share.standard_error(design)], [row["value"], row["se"]])


def test_means_design_effects_and_quantiles(survey):
    frame, design, expected = survey
    checked = 0
    for place, row in expected.iterrows():
        found = re.fullmatch(r"mean of (\S+)( by (\S+))?", row["what"])
        if found:
            values = frame[found[1]].to_numpy(float)
            members = as_text(frame[found[3]]) == row["level"] if found[3] else None
            mean = linearise_mean(design, values, members)
            assert_close([mean.value, mean.standard_error(design)], [row["value"], row["se"]])
            if not found[3]:
                error = mean.standard_error(design)
                bounds = student(mean.value, error, degrees_of_freedom(design))
                assert_close(bounds, [row["lo"], row["hi"]])
                assert_close(design_effect(design, values), [expected.loc[place + 1, "value"]])
            checked += 1
        elif row["what"].startswith("quantile of "):
            values = frame[[row["what"].removeprefix("quantile of ")]].to_numpy(float)
            q = estimate_quantiles(design, values, float(row["level"]), rule="math")
            found = [q.value, q.standard_error, q.lower, q.upper]
            assert_close(found, [row[key] for key in ("value", "se", "lo", "hi")])
            checked += 1
    assert checked > 8


def test_tests(survey):
    frame, design, expected = survey
    value = expected["value"].to_numpy()
    checked = 0
    for place, what in enumerate(expected["what"]):
        table = re.fullmatch(r"Rao-Scott test (\S+) x (\S+) statistic F", what)
        if table:
            codes = []
            for name in table.groups():
                codes.append(pd.factorize(as_text(frame[name]))[0])
            found = associate_table(design, *codes)
            assert_close(
                [found.statistic, found.degrees, found.degrees_below, found.p, found.pearson],
                value[place : place + 5],
            )
            levels = [len(set(one[one >= 0])) for one in codes]
            first_order = [(levels[0] - 1) * (levels[1] - 1), found.first_order_p]
            assert_close(first_order, value[place + 5 : place + 7])
            checked += 1
        groups = re.fullmatch(r"design t-test (\S+)~(\S+)", what)
        if groups and expected["call"].iloc[place].startswith("svyttest"):
            segment = as_text(frame[groups[2]])
            low, high = sorted({level for level in segment if level is not None})
            t = compare_means(design, frame[groups[1]], segment == high, segment == low)
            assert_close([t.statistic, t.degrees, t.p, t.difference], value[place : place + 4])
            checked += 1
    assert checked == 3
