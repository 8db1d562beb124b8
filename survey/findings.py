"""Every problem found in the data: one row each, private; only their counts are published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

import pandas as pd

from survey.study import Action


@dataclass(frozen=True)
class Finding:
    """One problem in one place of one wave."""

    wave: str
    check: str  # a field of `survey.study.Consequences`, or a name of `clean`
    action: Action
    respondent: str = ""
    question: str = ""
    column: str = ""
    found: str = ""
    allowed: str = ""


FINDING_COLUMNS = tuple(field.name for field in fields(Finding))


def frame_findings(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return the findings as a frame, one row each, all columns text."""
    rows = [astuple(finding) for finding in findings]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype="string")


def count_findings(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return wave, check, action, question and n: what may be published of the findings."""
    frame = frame_findings(findings)
    grouped = frame.groupby(["wave", "check", "action", "question"], sort=True)
    return grouped.size().rename("n").reset_index()
