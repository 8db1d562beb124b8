"""What checks notice in, findings out; those that stop are collected into one refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from survey.faults import Fault, Refusal, list_few
from survey.findings import Finding
from survey.study import Action, Consequences

WAY_OUT = {
    "unmapped_column": "declare it in the wave file: an [[ask]] for its question, or its name "
    "under columns.ignored or columns.personal",
    "missing_column": "mend its name in the wave file (column of its [[ask]], or [columns]), or "
    "deliver an export that has it",
    "unknown_answer": "declare it in the wave file (answers of its [[ask]]), or set it right in "
    "corrections.toml",
    "out_of_range": "set it right in corrections.toml, or widen minimum and maximum",
    "not_asked": "compare asked_if with how the form was built",
    "exclusive_conflict": "set it right in corrections.toml, or take it from exclusive",
    "too_many_picks": "set it right in corrections.toml, or raise most",
    "repeated_rank": "set it right in corrections.toml",
    "unreadable_date": "give the format as columns.date_format in the wave file",
    "label_conflict": "compare answers of its [[ask]] with the value labels in the export",
    "missing_key": "give each row a key, or name another column as columns.respondent",
}


@dataclass
class Notebook:
    """Collects the findings of one wave while it is cleaned."""

    wave: str
    file: str
    consequences: Consequences
    findings: list[Finding] = field(default_factory=list)

    def decide(self, check: str) -> Action:
        """Return what the study declares for a check."""
        return getattr(self.consequences, check)

    def note(self, check: str, action: Action, **where: str) -> None:
        """Write down one problem."""
        self.findings.append(Finding(wave=self.wave, check=check, action=action, **where))

    def note_rows(
        self,
        check: str,
        rows: np.ndarray,
        keys: np.ndarray,
        question: str,
        column: str,
        found: pd.Series | Sequence[str],
        allowed: str | dict[str, str],
    ) -> Action:
        """Write down one problem for each marked row and return the declared action.

        `found` is as long as `rows`; `allowed` is a text, or one text for each text found.
        """
        action = self.decide(check)
        texts = np.asarray(found, dtype=object)
        for at in np.flatnonzero(rows):
            text = str(texts[at])
            self.note(
                check,
                action,
                respondent=str(keys[at]),
                question=question,
                column=column,
                found=text,
                allowed=allowed if isinstance(allowed, str) else allowed.get(text, ""),
            )
        return action

    def refuse_stops(self) -> None:
        """Raise one `Refusal` with everything that stops, equal problems told once."""
        groups: dict[tuple[str, str, str, str, str], list[str]] = {}
        for one in self.findings:
            if one.action == "stop":
                same = (one.check, one.question, one.column, one.found, one.allowed)
                groups.setdefault(same, []).append(one.respondent)
        if groups:
            raise Refusal(self._explain(*same, who) for same, who in groups.items())

    def _explain(
        self,
        check: str,
        question: str,
        column: str,
        found: str,
        allowed: str,
        respondents: Sequence[str],
    ) -> Fault:
        asked = f', question "{question}"' if question else ""
        who = [respondent for respondent in respondents if respondent]
        whose = f" ({len(who)} ×: respondents {list_few(who, 5)})"
        return Fault(
            where=f'{self.file}: column "{column}"{asked} (wave {self.wave}, {check})',
            found=found + (whose if who else ""),
            allowed=allowed,
            todo=WAY_OUT[check],
        )


def quote_all(texts: Iterable[str], most: int = 12) -> str:
    """Return texts in quotation marks, shortened after `most`."""
    return list_few([f'"{text}"' for text in texts], most)
