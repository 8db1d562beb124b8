"""A study in, a fault out for each language and form of chart that this package does not have.

The declarations themselves are sound: `survey` does not know what `analysis` can show.
"""

from __future__ import annotations

from analysis.charts.forms import list_forms
from analysis.phrases import find_unknown_languages
from survey.faults import Fault, Refusal, list_few, suggest
from survey.study import Study


def refuse_unsupported(study: Study) -> None:
    """Raise `Refusal` where a study asks for a language or a form of chart that is not there."""
    faults = find_unsupported(study)
    if faults:
        raise Refusal(faults)


def find_unsupported(study: Study) -> list[Fault]:
    """Return a fault for each language and form of chart of a study that is not there."""
    return [*find_unknown_languages(study), *_find_unknown_forms(study)]


def _find_unknown_forms(study: Study) -> list[Fault]:
    forms = list_forms()
    return [
        Fault(
            where=f'questionnaire: question "{question.id}" chart',
            found=f'"{question.chart}"',
            allowed=list_few(forms),
            todo=suggest(question.chart, forms),
        )
        for question in study.questionnaire.questions
        if question.chart is not None and question.chart not in forms
    ]
