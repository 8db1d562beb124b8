"""The method section: from the raw exports of a study to everything that may be published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.clean import clean_wave
from analysis.compare import compare_estimates
from analysis.estimate import estimate_wave
from analysis.publish import publish
from analysis.read import read_export
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

    responses: Responses
    findings: tuple[Finding, ...]
    estimates: Estimates


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
    responses = weight_responses(study, responses)
    # Estimate every statistic, over all and by segment
    return WaveResult(responses, tuple(findings), estimate_wave(study, responses))


def run_study(
    study: Study, waves: Mapping[str, Callable[[], WaveResult]] | None = None
) -> StudyResult:
    """Take all waves that have a passport to the published table.

    `waves` gives each wave's result by a call, so that a caller may take it from a store.
    """
    steps = waves or {p.wave: _later(study, p.wave) for p in study.passports}
    results = {wave: make() for wave, make in steps.items()}
    # Join the waves; hold each number against the wave before and against the rest
    compared = compare_estimates(study, [result.estimates for result in results.values()])
    # Pass the gate: suppress, mark, round, freeze
    responses = {wave: result.responses for wave, result in results.items()}
    findings = [one for result in results.values() for one in result.findings]
    return StudyResult(results, compared, publish(study, compared, responses, findings))


def _later(study: Study, wave: str) -> Callable[[], WaveResult]:
    return lambda: run_wave(study, wave)
