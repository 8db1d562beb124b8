"""Compared estimates, flow and findings in, the published table out: the only door outward.

It withholds what rests on too few, marks what rests on few, rounds once, and freezes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.sample import Sample
from survey.estimates import Estimates
from survey.findings import Finding, count_findings
from survey.published import COLUMNS, Published
from survey.responses import Responses
from survey.rounding import round_all
from survey.study import Study

PERCENTAGES = ("share", "net", "bin", "ranked")
PERCENT_DECIMALS = 0
OTHER_DECIMALS = 1
WITHHELD = "base-too-small"
INDICATIVE = "base-small"
NOBODY = "base-empty"
COUNTS = ["count", "asked", "answered", "base", "effective"]


def publish(
    study: Study,
    estimates: Estimates,
    samples: Mapping[str, Sample],
    findings: Iterable[Finding],
) -> Published:
    """Return everything that may be shown of a run.

    A number whose base is below `withhold_below` is withheld with all its counts, one whose base
    is below `indicative_below` is marked indicative. Shares become whole percentages, half up;
    means, medians, bounds and differences get one decimal.
    """
    responses = {wave: sample.responses for wave, sample in samples.items()}
    parts = [
        suppress_rows(study, round_rows(estimates.rows)),
        _frame_flow(responses),
        _frame_clusters(study, responses),
        _frame_findings(findings),
        _frame_margins(study, responses),
    ]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    rows["study"] = study.id
    named = ["wave", "question", "item", "answer", "statistic", "segment", "level"]
    for name in (*named, "base_rule", "state", "reason", "grade", "letters"):
        if name not in rows:
            rows[name] = ""
        rows[name] = rows[name].fillna("")
    rows["id"] = ["/".join(map(str, name)) for name in rows[named].itertuples(index=False)]
    types = {name: kind for name, (kind, _) in COLUMNS.items()}
    rows = rows.reindex(columns=list(COLUMNS)).astype(types)
    return Published(study=study.id, invented=study.invented, rows=rows)


def round_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Round every published number once; differences come from unrounded values."""
    rows = estimates.copy()
    percent = rows["statistic"].isin(PERCENTAGES).to_numpy()
    scale = np.where(percent, 100.0, 1.0)
    value = rows["value"].to_numpy() * scale
    whole, decimal = round_all(value, PERCENT_DECIMALS), round_all(value, OTHER_DECIMALS)
    rows["value"] = np.where(percent, whole, decimal)
    for name in ("low", "high"):
        rows[name] = round_all(rows[name].to_numpy() * scale, OTHER_DECIMALS)
    for name in ("change", "rest"):
        difference = rows[name].to_numpy() * scale
        whole = round_all(difference, PERCENT_DECIMALS)
        rows[name] = np.where(percent, whole, round_all(difference, OTHER_DECIMALS))
    rows["effective"] = round_all(rows["effective"].to_numpy(), OTHER_DECIMALS)
    return rows


def suppress_rows(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Withhold numbers on too small a base, and differences from which one could be computed."""
    limits = study.about.thresholds
    rows = rows.copy()
    base = rows["base"].to_numpy()
    withheld = base < limits.withhold_below
    indicative = ~withheld & (base < limits.indicative_below)
    rows["state"] = np.select([withheld, indicative], ["withheld", "indicative"], "published")
    rows["reason"] = np.select(
        [base == 0, withheld, indicative], [NOBODY, WITHHELD, INDICATIVE], ""
    )
    rows.loc[withheld, ["value", "low", "high", "change", "rest", *COUNTS]] = np.nan
    small_rest = (rows["rest_base"] < limits.withhold_below).to_numpy()
    rows.loc[small_rest, "rest"] = np.nan
    rows.loc[_past_withheld(rows), "change"] = np.nan
    return rows


def _past_withheld(rows: pd.DataFrame) -> np.ndarray:
    """Whether the same number of the wave before is withheld: its change would reveal it."""
    key = ["question", "item", "answer", "segment", "level"]
    kind = rows["statistic"].replace({"net": "share"})
    order = {wave: i for i, wave in enumerate(dict.fromkeys(rows["wave"]))}
    at = rows["wave"].map(order)
    keyed = rows[key].assign(kind=kind, at=at, hidden=rows["state"] == "withheld")
    past = keyed.assign(at=keyed["at"] + 1).drop_duplicates([*key, "kind", "at"])
    joined = keyed.merge(past, on=[*key, "kind", "at"], how="left", suffixes=("", "_past"))
    return joined["hidden_past"].fillna(False).to_numpy(bool)


def _frame_flow(responses: Mapping[str, Responses]) -> pd.DataFrame:
    """The respondent flow: `answer` is the reason, `value` who remained, `count` who left."""
    return pd.DataFrame(
        [
            {"wave": wave, "question": "_flow", "answer": step.reason, "statistic": "flow",
             "value": step.remaining, "count": step.removed, "state": "published"}
            for wave, answers in responses.items()
            for step in answers.flow
        ]
    )  # fmt: skip


def _frame_clusters(study: Study, responses: Mapping[str, Responses]) -> pd.DataFrame:
    """How many organisations answered, and how many respondents share one with another."""
    rows = []
    for wave, answers in responses.items():
        if "cluster" not in answers.keys:
            continue
        sizes = answers.keys["cluster"].dropna().value_counts()
        counts = {"organisations": len(sizes), "sharing": int(sizes[sizes > 1].sum())}
        for name, count in counts.items():
            small = 0 < count < study.about.thresholds.withhold_below
            rows.append(
                {"wave": wave, "question": "_clusters", "answer": name, "statistic": "count",
                 "value": np.nan if small else count, "reason": WITHHELD if small else "",
                 "state": "withheld" if small else "published"}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _frame_findings(findings: Iterable[Finding]) -> pd.DataFrame:
    """Counts of findings: `answer` is the check, `item` the question, never an example."""
    counted = count_findings(findings)
    rows = counted.rename(columns={"check": "answer", "n": "value"})
    rows = rows.assign(item=rows["question"], level=rows["action"], segment="")
    return rows.assign(question="_findings", statistic="finding", state="published").drop(
        columns="action"
    )


def _frame_margins(study: Study, responses: Mapping[str, Responses]) -> pd.DataFrame:
    """Known shares of the population, beside the composition of the respondents."""
    rows = []
    for wave in responses:
        for margin in (m for m in study.margins if wave in m.waves):
            total = sum(count for _, count in margin.counts)
            for level, count in margin.counts:
                share = float(round_all(100 * count / total, PERCENT_DECIMALS))
                rows.append(
                    {"wave": wave, "question": "_segments", "item": margin.segment,
                     "answer": level, "statistic": "margin", "value": share, "count": count,
                     "state": "published"}
                )  # fmt: skip
    return pd.DataFrame(rows)
