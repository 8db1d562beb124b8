"""Every fault of a contrast planned before fieldwork is told by key, found, allowed and what to do.

The contrasts are of the small study in tests/data/klein: waves 2023 (fieldwork from 9 January
2023) and 2024 (from 8 January 2024), in which `omvang` was split and `beleid` and the item `groen`
are new.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault

ListFaults = Callable[[Path], list[Fault]]

QUESTIONS = "sector, omvang, werkvormen, gebruik, tools, uren, beleid, stellingen, impact, kans, "
QUESTIONS += "wensen"
DECLARE = "use one of the allowed values or declare it"
OTHER_ID = "give one of them another id or remove it"


def contrast(**said: str) -> str:
    lines = {
        "text.nl": '"x"', "text.en": '"x"', "id": '"c"', "row": '"gebruik"',
        "answer": '"vaak"', "versus": '"previous"',
        "waves": '["2024"]', "planned": "2023-11-01", "reason.nl": '"x"', "reason.en": '"x"',
        **said,
    }  # fmt: skip
    return "[[contrast]]\n" + "".join(f"{key} = {line}\n" for key, line in lines.items() if line)


def beside(segment: str = "sector", level: str = "erfgoed", **said: str) -> str:
    """A contrast of a level with the rest."""
    named = {"segment": f'"{segment}"', "level": f'"{level}"', "versus": '"rest"'}
    return contrast(**{**named, **said})


# the contrast; where it stands after "plan.toml", found, allowed, to do
CONTRASTS = [
    ("contrast twice", contrast() + contrast(answer='"soms"'),
     ': contrast "c"', 'the contrast "c" 2 times', "every contrast once", OTHER_ID),
    ("unknown question of a row", contrast(row='"gebrik"'),
     ': contrast "c" row', 'the unknown question "gebrik"', QUESTIONS, 'write "gebruik"'),
    ("grid without item", contrast(row='"stellingen"', answer='"eens"'),
     ': contrast "c" row', 'the grid "stellingen" without an item',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, stellingen.nodig, "
     "stellingen.groen", "name one of its items"),
    ("unknown item", contrast(row='"stellingen.nutig"', answer='"eens"'),
     ': contrast "c" row', 'the unknown item "nutig"',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, stellingen.nodig, "
     "stellingen.groen", 'write "stellingen.nuttig"'),
    ("item without period", contrast(row='"impact.werk"', answer='"fors"'),
     ': contrast "c" row', '"impact.werk" without a period',
     "impact.werk.1jaar, impact.werk.5jaar, impact.publiek.1jaar, impact.publiek.5jaar",
     "name one of its periods"),
    ("item of a single choice", contrast(row='"gebruik.vaak"'),
     ': contrast "c" row', '"gebruik.vaak"', '"gebruik" alone, since only grids have items',
     'write "gebruik"'),
    ("unknown answer", contrast(answer='"vak"'),
     ': contrast "c" answer', 'the unknown answer or net of "gebruik" "vak"',
     "nooit, soms, vaak, weet-niet", 'write "vaak"'),
    ("choice without answer", contrast(answer=""),
     ': contrast "c" answer', 'the single question "gebruik" without an answer',
     "an answer or a net; only ratings and numbers have a mean", 'add answer = "…"'),
    ("point beyond the rating", contrast(row='"kans"', answer='"11"'),
     ': contrast "c" answer', 'the point "11"', "a point from 0 to 10",
     "choose a point of the scale"),
    ("answer of a number", contrast(row='"uren"', answer='"5"'),
     ': contrast "c" answer', 'the answer "5" of the number question "uren"', "its mean",
     "remove answer"),
    ("unknown wave", contrast(waves='["2025"]'),
     ': contrast "c" waves', 'the unknown wave "2025"', "2023, 2024", 'write "2024"'),
    ("wave twice", contrast(waves='["2024", "2024"]'),
     ': contrast "c" waves', 'the wave "2024" 2 times', "every wave once", "name it once"),
    ("planned on the day that fieldwork began", contrast(planned="2024-01-08"),
     ': contrast "c" planned',
     "2024-01-08, while the fieldwork of wave 2024 began on 2024-01-08",
     "a day before the fieldwork of each of its waves",
     "take wave 2024 out of waves; what was thought of later belongs to a family"),
    ("planned after one of its waves", beside(waves='["2023", "2024"]'),
     ': contrast "c" planned',
     "2023-11-01, while the fieldwork of wave 2023 began on 2023-01-09",
     "a day before the fieldwork of each of its waves",
     "take wave 2023 out of waves; what was thought of later belongs to a family"),
    ("level without segment", contrast(level='"erfgoed"'),
     ': contrast "c" level', '"erfgoed" without a segment', "a level of a segment",
     'add segment = "…"'),
    ("rest of all respondents", contrast(versus='"rest"'),
     ': contrast "c" versus', '"rest" for all respondents',
     '"previous", since all respondents have no rest',
     "add segment and level, or compare with the wave before"),
    ("unknown segment", beside(segment="sectr"),
     ': contrast "c" segment', 'the unknown segment "sectr"', "sector, omvang, werk",
     'write "sector"'),
    ("segment without level", contrast(segment='"sector"'),
     ': contrast "c" level', "nothing", "erfgoed, podium", "name a level of the segment"),
    ("unknown level", beside(level="erfgoet"),
     ': contrast "c" level', 'the unknown level "erfgoet"', "erfgoed, podium",
     'write "erfgoed"'),
    ("versus a level of another segment", beside(versus='"groot"'),
     ': contrast "c" versus', 'the unknown side "groot"', "rest, previous, podium", DECLARE),
    ("versus itself", beside(versus='"erfgoed"'),
     ': contrast "c" versus', 'the unknown side "erfgoed"', "rest, previous, podium", DECLARE),
    ("segment on its own question", beside(row='"sector"', answer='"museum"'),
     ': contrast "c" segment', '"sector", which is made from the question "sector" itself',
     "a segment made from another question", "choose another segment or row"),
    ("question not asked in the wave",
     beside(row='"beleid"', answer='"ja"', waves='["2023"]', planned="2022-12-01"),
     ': contrast "c" waves', 'wave 2023, which did not offer the row "beleid"',
     "waves that have both sides of the contrast",
     "take 2023 out of waves, or compare something else"),
    ("item not offered in the wave",
     beside(row='"stellingen.groen"', answer='"eens"', waves='["2023"]', planned="2022-12-01"),
     ': contrast "c" waves', 'wave 2023, which did not offer the row "stellingen.groen"',
     "waves that have both sides of the contrast",
     "take 2023 out of waves, or compare something else"),
    ("answer not offered in the wave",
     beside(row='"omvang"', answer='"alleen"', waves='["2023"]', planned="2022-12-01"),
     ': contrast "c" waves', 'wave 2023, which did not offer the answer "alleen"',
     "waves that have both sides of the contrast",
     "take 2023 out of waves, or compare something else"),
    ("level not offered in the wave",
     beside(segment="omvang", level="groot", versus='"alleen"', waves='["2023"]',
            planned="2022-12-01"),
     ': contrast "c" waves', 'wave 2023, which did not offer the level "alleen"',
     "waves that have both sides of the contrast",
     "take 2023 out of waves, or compare something else"),
    ("no wave before", contrast(waves='["2023"]', planned="2022-12-01"),
     ': contrast "c" versus', '"previous" for wave 2023, the first',
     "waves that have one before them", "take 2023 out of waves"),
    ("row that does not compare", contrast(row='"beleid"', answer='"ja"'),
     ': contrast "c" versus', '"beleid", graded "new" in wave 2024',
     "what compares with the wave before", "take 2024 out of waves, or compare something else"),
    ("level that does not compare",
     contrast(segment='"omvang"', level='"alleen"'),
     ': contrast "c" versus', 'the level "alleen", graded "new" in wave 2024',
     "what compares with the wave before", "take 2024 out of waves, or compare something else"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "told"), [pytest.param(case[1], case[2:], id=case[0]) for case in CONTRASTS]
)
def test_each_fault_is_told_and_no_other(
    klein_copy: Path, list_faults: ListFaults, plan: str, told: tuple[str, str, str, str]
) -> None:
    (klein_copy / "plan.toml").write_text(plan, encoding="utf-8")
    where, *rest = told
    assert list_faults(klein_copy) == [Fault(f"plan.toml{where}", *rest)]
