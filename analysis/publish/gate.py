"""Compared estimates, flow and findings in, the published tables out: the only door outward.

It withholds what rests on too few, marks what rests on few, rounds once, and freezes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.publish.compared import withhold_comparisons
from analysis.publish.digits import round_comparisons, round_rows
from analysis.publish.disclosure import suppress_rows
from analysis.publish.flow import frame_clusters, frame_finding_counts, frame_flow
from analysis.publish.keys import join_names
from analysis.publish.weights import frame_margins, frame_weighting
from analysis.sample import Sample
from survey.estimates import Estimates
from survey.findings import Finding
from survey.published import COLUMNS, COMPARED, Published, frame_compared
from survey.study import Study

NAMED = ("wave", "question", "item", "answer", "statistic", "segment", "level")
PAIRED = (*NAMED, "versus", "family")


def publish(
    study: Study,
    estimates: Estimates,
    samples: Mapping[str, Sample],
    findings: Iterable[Finding],
) -> Published:
    """Return everything that may be shown of a run.

    A number whose base is below `withhold_below` is withheld with all its counts, and so is what
    such a number could be computed from; one whose base is below `indicative_below` is marked
    indicative. What is rounded how stands in COLUMNS and COMPARED. Raises ValueError where two
    numbers or two comparisons have one id.
    """
    responses = {wave: sample.responses for wave, sample in samples.items()}
    parts = [
        suppress_rows(study, round_rows(estimates.rows)),
        frame_flow(responses),
        frame_clusters(study, responses),
        frame_finding_counts(findings),
        frame_margins(study, responses),
        frame_weighting(study, samples),
    ]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    for name, (kind, _) in COLUMNS.items():
        if kind == "string":
            rows[name] = rows[name].fillna("") if name in rows else ""
    types = {name: kind for name, (kind, _) in COLUMNS.items()}
    rows = rows.reindex(columns=list(COLUMNS)).astype(types)
    pairs = round_comparisons(estimates.comparisons)
    compared = frame_compared(withhold_comparisons(study, pairs, rows))
    return Published(
        study=study.id,
        invented=study.invented,
        rows=_name_rows(study, rows, NAMED)[list(COLUMNS)],
        comparisons=_name_rows(study, compared, PAIRED)[list(COMPARED)],
    )


def _name_rows(study: Study, rows: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Give each row its study and its id, the names joined; no two rows may share one."""
    ids = join_names(rows, names)
    if not ids.is_unique:
        twice = ids[ids.duplicated()].iloc[0]
        raise ValueError(f"publish: two rows are called {twice}; each needs an id of its own.")
    return rows.assign(id=ids, study=pd.Series(study.id, rows.index, dtype="string"))
