"""Analysed responses and findings in, published rows on the survey itself out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.publish.disclosure import TOO_SMALL
from survey.findings import Finding, count_findings
from survey.responses import Responses
from survey.study import Study


def frame_flow(responses: Mapping[str, Responses]) -> pd.DataFrame:
    """The respondent flow: `answer` is the reason, `value` who remained, `count` who left."""
    return pd.DataFrame(
        [
            {"wave": wave, "question": "_flow", "answer": step.reason, "statistic": "flow",
             "value": step.remaining, "count": step.removed, "state": "published"}
            for wave, answers in responses.items()
            for step in answers.flow
        ]
    )  # fmt: skip


def frame_clusters(study: Study, responses: Mapping[str, Responses]) -> pd.DataFrame:
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
                 "value": np.nan if small else count, "reason": TOO_SMALL if small else "",
                 "state": "withheld" if small else "published"}
            )  # fmt: skip
    return pd.DataFrame(rows)


def frame_finding_counts(findings: Iterable[Finding]) -> pd.DataFrame:
    """Counts of findings: `answer` is the check, `item` the question, never an example."""
    counted = count_findings(findings)
    rows = counted.rename(columns={"check": "answer", "n": "value"})
    rows = rows.assign(item=rows["question"], level=rows["action"], segment="")
    return rows.assign(question="_findings", statistic="finding", state="published").drop(
        columns="action"
    )
