"""The declared designs in, how each wave's respondents were drawn and intervals chosen out."""

from __future__ import annotations

from analysis.statistics.intervals import SMALL_BASE, SMALL_SIDE
from analysis.tell.scope import Scope
from analysis.tell.tables import Cell, Table
from analysis.wording import format_number, join_words
from survey.wave import Wave


def sampling(scope: Scope) -> Table:
    """One row a wave: what standard errors count as units, strata, population and overlap.

    A note names the waves of which colleagues answered and cannot be told.
    """
    rows: list[tuple[str | Cell, ...]] = []
    for name in scope.waves:
        wave = scope.study.wave(name)
        before = scope.study.previous(name)
        overlap = scope.say(f"method.overlap_{wave.overlap if before else 'first'}")
        rows.append((scope.head(name), _tell_units(scope, wave), _tell_strata(scope, wave),
                     _tell_population(scope, wave), overlap))  # fmt: skip
    header = scope.heads("wave", "sampling_units", "strata", "population_known", "overlap")
    return scope.table(scope.say("method.sampling_caption"), header, rows, _tell_colleagues(scope))


def interval_rule(scope: Scope, name: str) -> str:
    """Return "base" or "side": below how many answers a share gets Korn and Graubard's interval."""
    limits = {"base": SMALL_BASE, "side": SMALL_SIDE}
    if name not in limits:
        raise ValueError(f"interval_rule: {name!r}; allowed are {', '.join(limits)}")
    return format_number(float(limits[name]), scope.language, 0)


def _tell_colleagues(scope: Scope) -> tuple[str, ...]:
    waves = [w for w in scope.waves if _list_units(scope.study.wave(w))[0] == "respondent"]
    if not waves or scope.study.about.per_organisation != "several":
        return ()
    titles = join_words([scope.title(wave) for wave in waves], scope.language)
    return (scope.say("method.colleagues_unknown", waves=titles),)


def _list_units(wave: Wave) -> list[str]:
    """What was drawn, stage by stage; without stages clusters where the export has them."""
    default = "cluster" if wave.columns.cluster else "respondent"
    return [stage.unit for stage in wave.design.stages] or [default]


def _tell_units(scope: Scope, wave: Wave) -> str:
    known = ("respondent", "cluster")
    told = [
        scope.say(f"method.unit_{unit}") if unit in known else unit for unit in _list_units(wave)
    ]
    return scope.say("method.then").join(told)


def _tell_strata(scope: Scope, wave: Wave) -> str:
    declared = [stage.stratum for stage in wave.design.stages if stage.stratum]
    if not wave.design.stages and wave.columns.stratum:
        declared = ["stratum"]
    if not declared:
        return scope.say("method.none")
    told = [
        scope.segment(name.partition(":")[2]) if name.startswith("segment:")
        else scope.say("method.strata_of_sample") if name == "stratum" else name
        for name in dict.fromkeys(declared)
    ]  # fmt: skip
    return join_words(told, scope.language)


def _tell_population(scope: Scope, wave: Wave) -> str:
    known = any(stage.population is not None for stage in wave.design.stages)
    return scope.say("method.population_counted" if known else "method.population_unknown")
