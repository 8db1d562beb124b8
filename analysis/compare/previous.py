"""Two waves in, what changed between them out, with what the same people answered twice in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.compare.columns import Columns, Material, Row
from analysis.compare.frames import Part, compare_groups
from analysis.compare.grades import Grades
from analysis.sample import Sample
from analysis.statistics.comparisons import stack_waves
from analysis.statistics.design import Design, Stage
from survey.faults import Fault, Refusal
from survey.plan import Testing
from survey.study import Study

Booleans = NDArray[np.bool_]
Keys = NDArray[np.int64]
Sides = tuple[Booleans, Booleans]  # who is meant before and after, over the rows of both waves


@dataclass(frozen=True)
class Step:
    """Two waves as one sample, the rows of the earlier one first."""

    study: Study
    grades: Grades
    before: Material
    after: Material
    design: Design
    overlap: str

    @property
    def wave(self) -> str:
        return self.after.wave


def stack_step(grades: Grades, before: Material, after: Material) -> Step:
    """Join two waves by the overlap that the later one declares."""
    study = grades.study
    overlap = study.wave(after.wave).overlap
    design = stack_samples(before.sample, after.sample, overlap)
    return Step(study, grades, before, after, design, overlap)


def compare_previous(
    testing: Testing, step: Step, segment: str, questions: Collection[str]
) -> list[Part]:
    """Compare rows of two waves, of all respondents (segment "") or by each level of a segment.

    Only what is graded "same": question, item, answer and, by segment, the level.
    """
    levels = pair_levels(step, segment)
    if not levels:
        return []
    made_from = step.study.segment(segment).question if segment else ""
    ends = {"segment": segment, "level": tuple(levels), "versus": "previous"}
    past, present = (np.column_stack(side) for side in zip(*levels.values(), strict=True))
    parts = []
    for kind in ("shares", "numbers", "scales"):
        after: Columns = getattr(step.after, kind).choose(questions, made_from)
        columns = stack_columns(step, getattr(step.before, kind), after)
        parts += compare_groups(testing, step.design, columns, ends, present, past)
    return [{**part, "overlap": step.overlap} for part in parts]


def pair_levels(step: Step, segment: str) -> dict[str, Sides]:
    """Return the members before and after, over the rows of both waves, of each level to compare.

    Without a segment all respondents are the level "".
    """
    n, m = step.before.sample.responses.n, step.after.sample.responses.n
    past, present = np.zeros(n, np.bool_), np.zeros(m, np.bool_)
    if not segment:
        return {"": (np.r_[~past, present], np.r_[past, ~present])}
    here, there = step.after.banners.get(segment), step.before.banners.get(segment)
    if here is None or there is None:
        return {}
    earlier = dict(zip(there.levels, there.members.T, strict=True))
    return {
        level: (np.r_[earlier[level], present], np.r_[past, members])
        for level, members in zip(here.levels, here.members.T, strict=True)
        if level in earlier and step.grades.grade_level(step.wave, segment, level) == "same"
    }


def stack_columns(step: Step, before: Columns, after: Columns) -> Columns:
    """Return the columns that both waves have and that are graded "same", one below the other.

    An answer that was split since continues as the net of its parts, so a share and a net of one
    code are one kind of number.
    """
    there = {_identify(row): i for i, row in enumerate(before.rows)}
    pairs = [
        (there[_identify(row)], i)
        for i, row in enumerate(after.rows)
        if _identify(row) in there and _is_same(step, row)
    ]
    past, present = before.take([i for i, _ in pairs]), after.take([i for _, i in pairs])
    return replace(
        present,
        values=np.concatenate([past.values, present.values]),
        asked=np.concatenate([past.asked, present.asked]),
    )


def _identify(row: Row) -> Row:
    return row._replace(statistic="share") if row.statistic == "net" else row


def _is_same(step: Step, row: Row) -> bool:
    """Whether a row is graded "same"; a scale needs the same answers as well."""
    question, item, answer, statistic = row
    if step.grades.grade_number(step.wave, question, item, answer) != "same":
        return False
    if statistic != "rank":
        return True
    waves = (step.before.wave, step.after.wave)
    asked = step.study.questionnaire[question]
    offered = [[a.code for a in step.study.offered_answers(asked, wave)] for wave in waves]
    return offered[0] == offered[1]


def stack_samples(before: Sample, after: Sample, overlap: str) -> Design:
    """Return both waves as one design, the earlier one's rows first.

    With a panel or clusters in common, sampled units of both waves that are linked by a key, at
    once or through others, are one unit: their answers vary together. Finite populations and
    later stages are then left out (the fraction of a union of two samples is not known), and
    strata where a unit moved between them; both make the standard errors slightly too large.
    """
    first, second = before.design, after.design
    if overlap not in ("panel", "cluster"):
        if len(first.stages) != len(second.stages):
            first, second = _keep_first_stage(first), _keep_first_stage(second)
        return stack_waves(first, second)
    past, present = (_read_keys(sample, overlap) for sample in (before, after))
    units = link_units(first, second, past, present)
    first, second = _keep_first_stage(first), _keep_first_stage(second)
    names = np.concatenate(
        [one.stages[0].names[one.stratum].astype(str) for one in (first, second)]
    )
    joint = np.concatenate(units)
    strata = np.unique(names, return_inverse=True)[1]
    if len(np.unique(joint)) < len(np.unique(np.column_stack([joint, strata]), axis=0)):
        first, second = _drop_strata(first), _drop_strata(second)
    return stack_waves(first, second, *units)


def _read_keys(sample: Sample, overlap: str) -> NDArray[np.str_]:
    """Return the keys by which respondents are known in other waves; "" where there is none."""
    responses = sample.responses
    if overlap not in responses.keys:
        raise Refusal(
            Fault(
                where=f"wave {responses.wave}: overlap",
                found=f'overlap = "{overlap}", and no {overlap} column in this wave',
                allowed=f"a {overlap} column under [columns] in both waves",
                todo='name the column, or say overlap = "unknown" in the later wave',
            )
        )
    keys = responses.keys[overlap].astype("string").str.strip().fillna("")
    return keys.to_numpy(str)


def link_units(
    before: Design, after: Design, past: NDArray[np.str_], present: NDArray[np.str_]
) -> tuple[Keys, Keys]:
    """Return the unit of every respondent of both waves, sampled units with a key in common joined.

    The units are the connected components of a graph of the first stage's units in both waves,
    with a line between two where a key stands in both; an empty key links nothing.
    """
    first, second = before.stages[0], after.stages[0]
    unit = np.concatenate([first.unit, first.units + second.unit])
    names, key = np.unique(np.concatenate([past, present]), return_inverse=True)
    known = names[key] != ""
    total = first.units + second.units
    # each key is a node of its own, so that a line from every respondent's unit to it suffices
    rows, columns = unit[known], total + key[known]
    size = total + len(names)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    joint = connected_components(graph, directed=False)[1][unit].astype(np.int64)
    return joint[: len(past)], joint[len(past) :]


def _keep_first_stage(design: Design) -> Design:
    """The design as if its first units had been drawn with replacement."""
    first = design.stages[0]
    endless = np.full(first.population.shape, np.inf)
    stage = replace(first, population=endless)
    return replace(design, stages=(stage,))


def _drop_strata(design: Design) -> Design:
    """The design with all units in one stratum."""
    first = design.stages[0]
    stage = Stage(
        first.unit,
        np.zeros(first.units, np.int64),
        np.array([first.units]),
        np.array([np.inf]),
        np.ones(1),
        np.array([0]),
    )
    return replace(design, stages=(stage,))
