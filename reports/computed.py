"""A study in; the numbers to publish and the texts of its private files out, kept in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from reports.manifest import digest_code, digest_wave
from reports.outputs import describe_private
from reports.parallel import Workers
from reports.progress import Progress
from reports.store import Store, digest_bytes
from survey.published import Published
from survey.study import Study

if TYPE_CHECKING:
    from analysis.pipeline import WaveResult

CODE = ("reports/computed.py", "reports/outputs.py")


@dataclass(frozen=True)
class Computed:
    """What a run computed. `findings` counts those of the data check.

    Of what is private only the texts of its files are here, by name: answers and estimates would
    be read again for every changed sentence, and lie in memory until the last page.
    """

    published: Published
    waves: tuple[str, ...]
    findings: int
    private: dict[str, str] = field(repr=False)


def compute(study: Study, store: Store, key: str, workers: Workers, progress: Progress) -> Computed:
    """Take each wave from its export to its estimates, from the store where nothing changed.

    `key` is the digest of what the published table is made from.
    """
    progress.step("clean and estimate the waves")
    own = digest_bytes(key.encode(), digest_code(*CODE).encode())
    return store.get_or_make("computed", own, lambda: _run(study, store, workers, progress))


def _run(study: Study, store: Store, workers: Workers, progress: Progress) -> Computed:
    workers.prepare()  # other numbers are other figures
    from analysis.pipeline import run_study, run_wave

    names = [passport.wave for passport in study.passports]

    def take(wave: str) -> WaveResult:
        made = store.get_or_make("wave", digest_wave(study, wave), lambda: run_wave(study, wave))
        progress.advance(names.index(wave) + 1, len(names))
        return made

    result = run_study(study, {wave: partial(take, wave) for wave in names})
    private = describe_private(study, result, workers)
    return Computed(result.published, tuple(result.waves), len(result.findings), private)
