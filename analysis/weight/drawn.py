"""A wave's responses and its declared stages in, the design by which they were drawn out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.statistics.design import Design, declare_design
from survey.faults import Fault, Refusal, list_few
from survey.responses import Responses, name_design_key
from survey.study import Study
from survey.wave import Stage

MARGIN, SEGMENT = "margin:", "segment:"
MOST_NAMED = 3  # clusters or strata that a refusal names
EVERYBODY = "all respondents"  # the stratum where none is declared


def declare_drawn(study: Study, responses: Responses) -> Design:
    """Return the design of a wave: its stages, or the keys that its export has.

    Weights are the inverse sampling fractions where every stage tells its population, and 1
    otherwise. A respondent without the key of a unit is a unit of her own. Raises `Refusal` for
    what the columns lack, a cluster in two strata, a population smaller than the sample, and a
    stratum with one sampled unit where the design says so.
    """
    declared = study.wave(responses.wave).design
    stages = declared.stages or (_guess_stage(responses),)
    units = [_number_units(stage, responses) for stage in stages]
    strata = [_name_strata(stage, responses, at) for at, stage in enumerate(stages)]
    sizes = [_read_population(study, stage, responses, strata[i]) for i, stage in enumerate(stages)]
    if not declared.nested:
        _refuse_straddling(responses, stages[0], units[0], strata[0])
    known = any(np.isfinite(size).any() for size in sizes)
    try:
        design = declare_design(
            responses.n,
            strata=strata,
            clusters=units,
            population=sizes if known else None,
            nested=declared.nested,
            lonely="certainty",
        )
    except ValueError as error:
        raise Refusal(_describe_population(responses.wave, error)) from error
    if declared.lonely == "refuse":
        _refuse_lonely(responses.wave, design)
    return replace(design, lonely=declared.lonely)


def knows_population(design: Design) -> bool:
    """Say whether every stage tells from how many units were drawn."""
    return all(bool(np.isfinite(stage.population).all()) for stage in design.stages)


def _guess_stage(responses: Responses) -> Stage:
    """The stage of a wave that declares none: clusters and strata where the export has them."""
    return Stage(
        unit="cluster" if "cluster" in responses.keys else "respondent",
        stratum="stratum" if "stratum" in responses.keys else None,
    )


def _number_units(stage: Stage, responses: Responses) -> NDArray[np.int64]:
    """The sampled unit of every respondent as a number, (n,)."""
    if stage.unit == "respondent":
        return np.arange(responses.n)
    key = "cluster" if stage.unit == "cluster" else name_design_key(stage.unit)
    codes, names = pd.factorize(_read_key(responses, key, stage.unit))
    alone = len(names) + np.arange(responses.n)
    return np.where(codes < 0, alone, codes)


def _name_strata(stage: Stage, responses: Responses, at: int) -> NDArray:
    """The stratum of every respondent by its name, (n,)."""
    if stage.stratum is None:
        return np.full(responses.n, EVERYBODY)
    if stage.stratum.startswith(SEGMENT):
        named = _read_segment(responses, stage.stratum.removeprefix(SEGMENT), at)
    else:
        key = "stratum" if stage.stratum == "stratum" else name_design_key(stage.stratum)
        named = _read_key(responses, key, stage.stratum)
    missing = int(named.isna().sum())
    if missing:
        raise Refusal(
            Fault(
                where=f'wave {responses.wave}: design, stage {at + 1}, stratum "{stage.stratum}"',
                found=f"{missing} of {responses.n} respondents without a stratum",
                allowed="a stratum for every analysed respondent",
                todo="complete the column, give the missing ones a stratum of their own, or leave "
                "the stratum out of the design",
            )
        )
    return named.to_numpy(str)


def _read_key(responses: Responses, key: str, column: str) -> pd.Series:
    """One of the private keys as texts, missing where it is empty."""
    if key not in responses.keys:
        raise Refusal(
            Fault(
                where=f"wave {responses.wave}: design",
                found=f'no column for "{column}" in the export',
                allowed="a design whose columns the export has",
                todo="deliver the column, or leave it out of the design",
            )
        )
    texts = responses.keys[key].astype(object)
    return texts.where(texts.notna() & (texts != ""))


def _read_segment(responses: Responses, segment: str, at: int) -> pd.Series:
    if segment not in responses.segments:
        raise Refusal(
            Fault(
                where=f"wave {responses.wave}: design, stage {at + 1}",
                found=f'no levels of the segment "{segment}", whose question was not asked',
                allowed="strata that this wave knows",
                todo="choose another stratum, or leave it out",
            )
        )
    return responses.segments[segment].astype(object)


def _read_population(
    study: Study, stage: Stage, responses: Responses, strata: NDArray
) -> NDArray[np.float64]:
    """Units to draw from in the stratum of every respondent, (n,); inf where none is declared."""
    population = stage.population
    if population is None:
        return np.full(responses.n, np.inf)
    if isinstance(population, int | float):
        return np.full(responses.n, float(population))
    if population.startswith(MARGIN):
        name = population.removeprefix(MARGIN)
        counts = dict(next(margin.counts for margin in study.margins if margin.id == name))
        sizes = pd.Series(strata).map(counts)
    else:
        texts = _read_key(responses, name_design_key(population), population)
        sizes = pd.to_numeric(texts, errors="coerce").astype(float)
    numbers = sizes.to_numpy(float)
    wrong = ~(np.isfinite(numbers) & (numbers > 0))
    if wrong.any():
        of = f", those of {list_few(sorted(set(strata[wrong])), MOST_NAMED)}"
        raise Refusal(
            Fault(
                where=f'wave {responses.wave}: design, population "{population}"',
                found=f"{int(wrong.sum())} of {responses.n} respondents without a number above 0"
                + (of if stage.stratum else ""),
                allowed="the number of units in the stratum of every analysed respondent",
                todo="complete the numbers, or leave the population out of the design",
            )
        )
    return numbers


def _refuse_straddling(
    responses: Responses, stage: Stage, units: NDArray[np.int64], strata: NDArray
) -> None:
    """Refuse a cluster in two strata; a respondent of her own cannot be in two."""
    pairs = pd.DataFrame({"unit": units, "stratum": strata}).drop_duplicates()
    torn = pairs[pairs["unit"].duplicated(keep=False)]
    if torn.empty:
        return
    key = "cluster" if stage.unit == "cluster" else name_design_key(stage.unit)
    names = pd.Series(responses.keys[key].to_numpy(object)).groupby(units).first()
    named = [
        f"{names[unit]} in {list_few(sorted(group), MOST_NAMED)}"
        for unit, group in torn.groupby("unit")["stratum"]
    ]
    raise Refusal(
        Fault(
            where=f"wave {responses.wave}: design, stage 1",
            found=f'{len(named)} of "{stage.unit}" in more than one stratum '
            f"({list_few(named, MOST_NAMED)})",
            allowed="every cluster in one stratum",
            todo="correct the cluster or the stratum of these respondents, or set nested = true "
            "under [design] where the names of clusters start again in every stratum",
        )
    )


def _describe_population(wave: str, error: ValueError) -> Fault:
    """What is wrong with the population: the statistics name stratum, stage and numbers."""
    return Fault(
        where=f"wave {wave}: design",
        found=str(error).partition("; ")[0],
        allowed="one number for all of a stratum, at least the units that were sampled in it",
        todo="give the number of units there were to draw from, before the sample was drawn",
    )


def _refuse_lonely(wave: str, design: Design) -> None:
    for at, stage in enumerate(design.stages):
        single = (stage.sampled == 1) & (stage.population > 1)
        if not single.any():
            continue
        named = list_few(sorted({str(name) for name in stage.names[single]}), MOST_NAMED)
        told = "" if named == EVERYBODY else f" ({named})"
        if at == 0 and named == EVERYBODY:
            raise Refusal(_describe_one_unit(wave))
        raise Refusal(_describe_lonely(wave, at, int(single.sum()), len(single), told))


def _describe_one_unit(wave: str) -> Fault:
    """Merging strata is no help where there are none."""
    return Fault(
        where=f"wave {wave}: design, stage 1",
        found="all respondents in one sampled unit, so that no variance can be known",
        allowed="two sampled units or more",
        todo="look at the column of the unit, and at who was left out as a duplicate; or leave "
        "that column out under [columns], so that every respondent stands alone",
    )


def _describe_lonely(wave: str, at: int, single: int, strata: int, told: str) -> Fault:
    what = "strata" if at == 0 else f"units of stage {at}, or strata within them,"
    return Fault(
        where=f"wave {wave}: design, stage {at + 1}",
        found=f"{single} of {strata} {what} with one sampled unit{told}, so that their variance "
        "cannot be known",
        allowed="two sampled units or more in every stratum",
        todo='merge strata, or set lonely = "certainty" (no variance) or "centre" (around the '
        "mean of all) under [design]",
    )
