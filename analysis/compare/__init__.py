"""Samples and estimates of all waves in, what differs from what out: a step in one package.

`grades` joins the waves and finds change and the difference from the rest; `rest`, `previous`,
`letters` and `contrasts` test the differences; `columns` says what is compared, `frames` writes
it down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.compare.columns import Material, collect_material
from analysis.compare.contrasts import compare_contrasts
from analysis.compare.frames import Part, frame_parts
from analysis.compare.grades import Grades, join_waves
from analysis.compare.letters import Pairs, assign_all, pair_levels
from analysis.compare.previous import Step, compare_previous, stack_step
from analysis.compare.rest import compare_rest
from analysis.sample import Sample
from survey.estimates import Estimates
from survey.plan import Kind
from survey.study import Study

LETTERED = ["wave", "question", "item", "answer", "statistic", "segment", "level"]


def compare_waves(
    study: Study, samples: Mapping[str, Sample], estimates: Sequence[Estimates]
) -> Estimates:
    """Join the waves; hold each number against the wave before, the rest and the other levels.

    The rows get grade, change, rest and letters; the comparisons are those of the study's
    families and of the contrasts that it planned. p is adjusted within each family, kind of
    comparison and wave, the pairs of levels behind letters as one kind.
    """
    grades = Grades(study)
    compared: list[Part] = []
    lettered: list[pd.DataFrame] = []
    before: Material | None = None
    for wave in (wave for wave in study.wave_order if wave in samples):
        material = collect_material(study, samples[wave])
        previous = study.previous(wave)
        follows = before is not None and previous is not None and before.wave == previous.id
        step = stack_step(grades, before, material) if before and follows else None
        found = [
            *_compare_levels(study, material),
            *_compare_before(study, step),
            *compare_contrasts(study, material, step),
        ]
        compared += [{**part, "wave": wave} for part in found]
        pairs = _pair_levels(study, material)
        lettered += [part.assign(wave=wave) for part in assign_all(study.plan.testing, pairs)]
        before = material
    rows = _add_letters(join_waves(grades, estimates), lettered)
    return Estimates(rows, frame_parts(study.plan.testing, compared))


def _compare_levels(study: Study, material: Material) -> list[Part]:
    """Compare each level with the rest, in the families that ask for it."""
    parts = []
    for segment, families in list_families(study, "rest").items():
        banner = material.banners.get(segment)
        if banner is not None:
            found = compare_rest(study.plan.testing, material, banner, families)
            parts += _name_families(found, families, "rest")
    return parts


def _compare_before(study: Study, step: Step | None) -> list[Part]:
    """Compare with the wave before, over all respondents and by segment."""
    parts: list[Part] = []
    if step is None:
        return parts
    for segment, families in list_families(study, "previous").items():
        found = compare_previous(study.plan.testing, step, segment, families)
        parts += _name_families(found, families, "previous")
    return parts


def _pair_levels(study: Study, material: Material) -> list[Pairs]:
    """Test the levels of each segment in pairs, in the families that ask for letters."""
    parts = []
    for segment, families in list_families(study, "columns").items():
        banner = material.banners.get(segment)
        if banner is not None:
            declared = tuple(level.code for level in study.levels(study.segment(segment)))
            parts += pair_levels(study.plan.testing, material, banner, declared, families)
    return parts


def list_families(study: Study, kind: Kind) -> dict[str, dict[str, str]]:
    """Return the questions that each segment is tested on, as question → family.

    Waves are compared over all respondents too: the segment "".
    """
    found: dict[str, dict[str, str]] = {}
    overall = ("",) if kind == "previous" else ()
    for family in study.families:
        if kind in family.kinds:
            for segment in (*overall, *(family.segments or study.headline_segments)):
                found.setdefault(segment, {}).update(dict.fromkeys(family.questions, family.id))
    return found


def _name_families(parts: list[Part], families: Mapping[str, str], kind: Kind) -> list[Part]:
    """Write each comparison into its family."""
    return [
        {
            **part,
            "family": np.array([families[source] for source in part["source"]], object),
            "kind": kind,
        }
        for part in parts
    ]


def _add_letters(rows: pd.DataFrame, lettered: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows with their letters, "" where a level is clearly above none."""
    filled = [part for part in lettered if len(part)]
    if not filled:
        return rows
    found = pd.concat(filled, ignore_index=True)[[*LETTERED, "letters"]].astype("string")
    joined = rows[LETTERED].merge(found, on=LETTERED, how="left")
    return rows.assign(letters=joined["letters"].fillna("").set_axis(rows.index))
