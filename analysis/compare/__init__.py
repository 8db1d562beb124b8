"""Samples and estimates of all waves in, what differs from what out: a step in one package.

`grades` joins the waves and finds change and the difference from the rest; `rest`, `previous`,
`letters` and `contrasts` test the differences; `columns` says what is compared, `frames` writes
it down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.compare.columns import Material, collect_material
from analysis.compare.frames import adjust_rows
from analysis.compare.grades import join_waves
from analysis.compare.previous import compare_previous, stack_step
from analysis.compare.rest import compare_rest
from analysis.sample import Sample
from survey.estimates import Estimates, frame_comparisons
from survey.plan import Kind
from survey.study import Study


def compare_waves(
    study: Study, samples: Mapping[str, Sample], estimates: Sequence[Estimates]
) -> Estimates:
    """Join the waves; hold each number against the wave before, the rest and the other levels.

    The rows get grade, change, rest and letters; the comparisons are those of the study's
    families and of the contrasts that it planned. p is adjusted within each family, kind of
    comparison and wave.
    """
    rows = join_waves(study, estimates)
    parts: list[pd.DataFrame] = []
    before: Material | None = None
    for wave in (wave for wave in study.wave_order if wave in samples):
        material = collect_material(study, samples[wave])
        known = before if before and before.wave == _name_previous(study, wave) else None
        parts += [part.assign(wave=wave) for part in _compare_wave(study, material, known)]
        before = material
    comparisons = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    adjusted = adjust_rows(study.plan.testing, comparisons)
    return Estimates(rows, frame_comparisons([adjusted]))


def _name_previous(study: Study, wave: str) -> str:
    previous = study.previous(wave)
    return previous.id if previous else ""


def _compare_wave(study: Study, material: Material, before: Material | None) -> list[pd.DataFrame]:
    """Return the comparisons of one wave, each with its family and kind."""
    parts = []
    testing = study.plan.testing
    for segment, families in list_families(study, "rest").items():
        if segment in material.banners:
            banner = material.banners[segment]
            found = compare_rest(testing, material, banner, set(families["source"]))
            parts += _name_families(found, families, "rest")
    return parts + (_compare_before(study, before, material) if before else [])


def _compare_before(study: Study, before: Material, material: Material) -> list[pd.DataFrame]:
    """Return the comparisons with the wave before, over all respondents and by segment."""
    families = list_families(study, "previous")
    if not families:
        return []
    step = stack_step(study, before, material)
    overall = pd.concat(families.values(), ignore_index=True).drop_duplicates()
    parts = []
    for segment, rows in {"": overall, **families}.items():
        found = compare_previous(study.plan.testing, step, segment, set(rows["source"]))
        parts += _name_families(found, rows, "previous")
    return parts


def list_families(study: Study, kind: Kind) -> dict[str, pd.DataFrame]:
    """Return which questions are tested by a segment, and in which family: source, family."""
    found: dict[str, list[tuple[str, str]]] = {}
    for family in study.families:
        if kind in family.kinds:
            for segment in family.segments or study.headline_segments:
                found.setdefault(segment, []).extend((q, family.id) for q in family.questions)
    return {
        segment: pd.DataFrame(rows, columns=["source", "family"], dtype=object)
        for segment, rows in found.items()
    }


def _name_families(
    parts: list[pd.DataFrame], families: pd.DataFrame, kind: Kind
) -> list[pd.DataFrame]:
    """Write each comparison into its family; a question of two families stands in both."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return []
    rows = pd.concat(filled, ignore_index=True).merge(families, on="source")
    return [rows.assign(kind=kind, planned=False)]
