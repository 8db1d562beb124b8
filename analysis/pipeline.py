"""The method section: from the raw exports of a study to everything that may be published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.clean import clean_wave
from analysis.compare import compare_waves
from analysis.estimate import estimate_wave, standardise_waves
from analysis.publish import publish
from analysis.read import read_export
from analysis.relate import relate_outcomes
from analysis.sample import Sample
from analysis.segment import divide_respondents
from analysis.weight import weight_responses
from survey.estimates import Estimates
from survey.findings import Finding, frame_findings
from survey.published import Published
from survey.responses import Responses
from survey.study import Study


@dataclass(frozen=True)
class WaveResult:
    """One wave before the gate; private."""

    sample: Sample
    findings: tuple[Finding, ...]
    estimates: Estimates

    @property
    def responses(self) -> Responses:
        """The weighted respondents."""
        return self.sample.responses


@dataclass(frozen=True)
class StudyResult:
    """All waves of a run: what is private, and what was published."""

    waves: Mapping[str, WaveResult]
    compared: Estimates
    published: Published

    @property
    def findings(self) -> pd.DataFrame:
        """Every finding of the run, one row each; private."""
        return frame_findings(one for wave in self.waves.values() for one in wave.findings)


def run_wave(study: Study, wave: str) -> WaveResult:
    """Take one wave from its export to its estimates."""
    # Read the export as delivered, once its checksum agrees with its passport
    raw = read_export(study, wave)
    # Hold every cell against the questionnaire; what does not fit becomes a finding
    responses, findings = clean_wave(study, wave, raw)
    # Divide the respondents into the segments of the study
    responses = divide_respondents(study, responses)
    # Give each respondent the weight that the wave's recorded decision asks for
    sample = weight_responses(study, responses)
    # Estimate every statistic, over all and by segment
    return WaveResult(sample, tuple(findings), estimate_wave(study, sample))


def run_study(
    study: Study, waves: Mapping[str, Callable[[], WaveResult]] | None = None
) -> StudyResult:
    """Take all waves that have a passport to the published table.

    `waves` gives each wave's result by a call, so that a caller may take it from a store.
    """
    steps = waves or {p.wave: _later(study, p.wave) for p in study.passports}
    results = {wave: make() for wave, make in steps.items()}
    samples = {wave: result.sample for wave, result in results.items()}
    # Estimate what each wave would have been at one composition
    estimates = [one.estimates for one in results.values()]
    estimates.append(standardise_waves(study, samples))
    # Join the waves; hold each number against the wave before, the rest and the other levels
    compared = compare_waves(study, samples, estimates)
    # Relate the declared outcomes to the segments, other things equal
    compared = relate_outcomes(study, samples, compared)
    # Pass the gate: suppress, mark, round, freeze
    findings = [one for result in results.values() for one in result.findings]
    return StudyResult(results, compared, publish(study, compared, samples, findings))


def _later(study: Study, wave: str) -> Callable[[], WaveResult]:
    return lambda: run_wave(study, wave)
