"""A reading room of a study in two languages and three waves, and its numbers, all by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from survey.plan import Plan
from survey.published import COLUMNS, Published, frame_compared
from survey.questionnaire import Questionnaire
from survey.study import Margin, Segment, Study, StudyFile
from survey.wave import Passport, Wave, Weighting

LANGUAGES = {"languages": ("nl", "en")}
WAVES = ("2024", "2025", "2026")
BASES = {"young": 120, "middle": 100, "old": 25}


def text(nl: str, en: str | None = None) -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


VISIT = {
    "id": "visit", "kind": "single", "block": "use", "ordered": True,
    "short": text("Bezoek", "Visits"),
    "text": text("Hoe vaak kom je hier?", "How often do you come here?"),
    "answers": [["never", "Nooit", "Never"], ["often", "Vaak", "Often"],
                ["daily", "Dagelijks", "Daily"]],
    "dont_know": ["dk", "Weet ik niet", "Don't know"],
    "nets": [["regular", "Vaak of dagelijks", "Often or daily", ["often", "daily"]]],
}  # fmt: skip
GENRES = {
    "id": "genres", "kind": "multiple", "block": "use", "asked_if": "visit != 'never'",
    "text": text("Wat lees je?", "What do you read?"), "exclusive": ["none"], "other": "other",
    "answers": [["novels", "Romans", "Novels"], ["poems", "Gedichten", "Poems"],
                ["ai", "AI-boeken", "AI books"], ["other", "Anders, namelijk", "Other, namely"],
                ["none", "Geen van deze", "None of these"]],
}  # fmt: skip
RATE = {
    "id": "rate", "kind": "grid", "block": "view", "ordered": True,
    "text": text("Hoe goed vind je …?", "How good is …?"), "short": text("Oordeel", "Opinion"),
    "answers": [["poor", "Slecht", "Poor"], ["good", "Goed", "Good"]],
    "nets": [["fine", "Goed of beter", "Good or better", ["good"]]],
    "item": [{"id": "books", "text": text("De boeken die wij hebben.", "The books that we have."),
              "short": text("Boeken", "Books")},
             {"id": "light", "text": text("Licht.", "Light.")}],
}  # fmt: skip
HOPE = {
    "id": "hope", "kind": "grid", "block": "view",
    "text": text("Kom je terug?", "Will you return?"),
    "answers": [["no", "Nee", "No"], ["yes", "Ja", "Yes"]],
    "item": [{"id": "self", "text": text("Jijzelf", "Yourself")}],
    "periods": [["y1", "over 1 jaar", "in 1 year"], ["y5", "over 5 jaar", "in 5 years"]],
}  # fmt: skip
HOURS = {
    "id": "hours", "kind": "number", "block": "view", "unit": text("uur", "hours"), "minimum": 0,
    "text": text("Hoeveel uur lees je?", "How many hours do you read?"), "bins": [0, 2.5, 40],
    "asked_if": "visit = 'daily' and "
    "not (genres contains 'none' or rate.books in ['poor', 'good'])",
}  # fmt: skip
QUIET = {
    "id": "quiet", "kind": "single", "block": "view", "short": text("Stilte", "Quiet"),
    "text": text("Is het stil in de zaal?", "Is the room quiet?"),
    "answers": [["yes", "Ja", "Yes"], ["no", "Nee", "No"]], "asked_if": "hours > 2.5",
}  # fmt: skip
WISH = {"id": "wish", "kind": "open", "block": "view", "text": text("Wat wens je?", "Your wish?")}
MAIL = {"id": "mail", "kind": "open", "block": "view", "personal": True, "text": text("E-mail?")}
AGE = {
    "id": "age", "kind": "single", "block": "use",
    "text": text("Hoe oud ben je?", "How old are you?"),
    "answers": [["young", "Jonger dan 30", "Under 30"], ["middle", "30 tot 60", "30 to 60"],
                ["old", "60 en ouder", "60 and over"]],
}  # fmt: skip
QUESTIONS = (AGE, VISIT, GENRES, RATE, HOPE, HOURS, QUIET, WISH, MAIL)


def make_wave(wave: str) -> Wave:
    asks: list[dict[str, Any]] = [{"question": q["id"]} for q in QUESTIONS]
    if wave == "2024":
        asks = [ask for ask in asks if ask["question"] != "hours"]
    if wave == "2026":
        quiet = next(ask for ask in asks if ask["question"] == "quiet")
        quiet |= {
            "grade": "reworded",
            "note": text("Gaat nu over jouw plek.", "Is on your seat now."),
        }
        quiet |= {"text": text("Is het stil op jouw plek?", "Is your seat quiet?")}
    year = int(wave)
    return Wave.model_validate(
        {"id": wave, "title": text(f"meting {wave}", f"{wave} wave"), "shape": "plain",
         "fielded": [date(year, 1, 8), date(year, 2, 2)], "language": "nl",
         "columns": {"respondent": "id"}, "ask": asks,
         "notes": [text("Er was sneeuw.", "There was snow.")] if wave == "2025" else [],
         "weighting": {"method": "none", "reason": text("Geen telling.", "No count.")}},
        context=LANGUAGES,
    )  # fmt: skip


def make_passport(wave: str) -> Passport:
    day = date(int(wave), 2, 5)
    return Passport.model_validate(
        {"wave": wave, "origin": text("De balie", "The desk"), "tool": "paper",
         "mode": text("op papier", "on paper"),
         "fielded": [day, day], "delivered": day, "n": 300, "invented": True,
         "file": [{"name": "a.csv", "role": "answers", "sha256": "0" * 64}]},
        context=LANGUAGES,
    )  # fmt: skip


def make_study(waves: tuple[str, ...], **about: Any) -> Study:
    facts = {
        "id": "room", "title": text("De leeszaal", "The reading room"), "licence": "CC0-1.0",
        "languages": ["nl", "en"], "sample": "self-selected", "waves": list(WAVES),
        "respondents": text("lezers", "readers"),
        "recruitment": text("Aan de balie.", "At the desk."),
        "population": text("alle lezers", "all readers"), **about,
    }  # fmt: skip
    blocks = [
        {"id": "use", "text": text("Gebruik", "Use")},
        {"id": "view", "text": text("Mening", "View")},
    ]
    counts = [["young", 30], ["middle", 50], ["old", 20]]
    margin = {"id": "age", "segment": "age", "waves": ["2025", "2026"], "date": date(2024, 12, 31),
              "source": text("Het gemeentehuis", "The town hall"), "invented": False,
              "counts": counts}  # fmt: skip
    segment = {"id": "age", "text": text("Leeftijd", "Age"), "question": "age", "headline": True}
    return Study(
        folder=Path("room"),
        data_folder=Path("room"),
        about=StudyFile.model_validate(facts, context=LANGUAGES),
        questionnaire=Questionnaire.model_validate(
            {"block": blocks, "question": list(QUESTIONS)}, context=LANGUAGES
        ),
        segments=(Segment.model_validate(segment, context=LANGUAGES),),
        waves=tuple(make_wave(wave) for wave in WAVES),
        passports=tuple(make_passport(wave) for wave in waves),
        margins=(Margin.model_validate(margin, context=LANGUAGES),),
    )


class Numbers:
    """Published rows under construction, with the states that the thresholds ask for."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.rows: list[dict[str, Any]] = []
        self.compared: list[dict[str, Any]] = []

    def add(self, wave: str, question: str, value: float | None, **at: Any) -> None:
        """Add one number; `half` is half the width of its interval."""
        half, base = at.pop("half", 5.0), at.pop("base", 200)
        state = "withheld" if value is None else "indicative" if base < 30 else "published"
        shown = float("nan") if value is None else float(value)
        row = {
            "study": "room", "wave": wave, "question": question, "item": "", "answer": "",
            "statistic": "share", "segment": "", "level": "", "value": shown, "low": shown - half,
            "high": shown + half, "count": base, "asked": base + 20, "answered": base + 5,
            "base": base, "effective": base, "state": state, "reason": "", "grade": "",
            "base_rule": "substantive", "change": float("nan"), "rest": float("nan"),
            "unweighted": shown - 3, "letters": "", **at,
        }  # fmt: skip
        if question in self.study.questionnaire.by_id:
            row["base_rule"] = at.get("base_rule", self.study.questionnaire[question].base_rule)
            row["grade"] = self.study.grade(question, wave)
        self.rows.append({"id": str(len(self.rows)), **row})

    def compare(self, wave: str, question: str, value: float, p: float, **at: Any) -> None:
        """Add one comparison with its adjusted p; `half` is half the width of its interval."""
        half = at.pop("half", 4.0)
        row = {
            "study": "room", "wave": wave, "question": question, "item": "", "answer": "",
            "statistic": "share", "segment": "", "level": "", "versus": "rest", "family": "use",
            "planned": False, "test": "t", "value": value, "low": value - half,
            "high": value + half, "base": 200, "versus_base": 200, "score": 2.0, "degrees": 199,
            "p": p / 2, "p_adjusted": p, "effect_size": "h", "effect": value / 50,
            "effect_low": (value - half) / 50, "effect_high": (value + half) / 50,
            "detectable": 10.0, "outcome": "tested", "overlap": "", **at,
        }  # fmt: skip
        if row["outcome"] != "tested":
            row |= dict.fromkeys(("p", "p_adjusted", "detectable", "effect"), float("nan"))
        self.compared.append({"id": f"c{len(self.compared)}", **row})

    def published(self) -> Published:
        compared = frame_compared(pd.DataFrame(self.compared))
        rows = pd.DataFrame(self.rows, columns=list(COLUMNS))
        return Published("room", True, rows, compared)


def fill_numbers(study: Study, waves: tuple[str, ...]) -> Numbers:
    numbers = Numbers(study)
    for at, wave in enumerate(WAVES):
        if wave in waves:
            _fill_answers(numbers, wave, at)
            _fill_comparisons(numbers, wave, at)
            _fill_survey(numbers, wave, at)
    return numbers


def _fill_answers(numbers: Numbers, wave: str, at: int) -> None:
    add = numbers.add
    change = 9.0 if at else float("nan")
    for answer, value in (("never", 60 - 9 * at), ("often", 30 + 9 * at), ("daily", 10)):
        add(wave, "visit", value, answer=answer)
    add(wave, "visit", 40 + 9 * at, answer="regular", statistic="net", change=change)
    for level, value in (("young", 20), ("middle", 44), ("old", 90)):
        place = {"segment": "age", "level": level, "base": BASES[level]}
        place["letters"] = "A" if level == "middle" else ""
        add(wave, "visit", value, answer="regular", statistic="net", **place)
    add(wave, "visit", 4, answer="dk", base=205, base_rule="answered")
    for answer, value in (
        ("novels", 55), ("poems", 55), ("ai", 20 - at), ("other", 80), ("none", 90)
    ):  # fmt: skip
        add(wave, "genres", value, answer=answer, change=-1.0 if at else float("nan"))
    for item, value in (("books", 70), ("light", 35)):
        add(wave, "rate", 100 - value, item=item, answer="poor")
        add(wave, "rate", value, item=item, answer="good")
        add(wave, "rate", value, item=item, answer="fine", statistic="net")
    for period, value in (("y1", 80), ("y5", 50)):
        add(wave, "hope", value, item=f"self.{period}", answer="yes")
    add(wave, "quiet", 64, answer="yes")
    add(wave, "quiet", None, answer="no", base=8)
    if wave != "2024":
        add(wave, "hours", 3.3, statistic="mean")
        add(wave, "hours", None, statistic="median", base=8)
        add(wave, "hours", 25, answer="0..2.5", statistic="bin")
        add(wave, "hours", 75, answer="2.5..40", statistic="bin")


def _fill_comparisons(numbers: Numbers, wave: str, at: int) -> None:
    """Visits rise clearly at every step, and differ between ages; AI books hardly move."""
    compare = numbers.compare
    if at:
        changed = {"versus": "previous", "overlap": "none"}
        compare(wave, "visit", 9, 0.01, answer="regular", statistic="net", **changed)
        compare(wave, "visit", -9, 0.01, answer="never", **changed)
        compare(wave, "genres", -1, 0.6, answer="ai", **changed)
        compare(wave, "visit", 1, 0.7, answer="daily", half=8.0, **changed)
    for level, value, p in (("young", -22.5, 0.001), ("middle", 12.2, 0.03)):
        place = {"segment": "age", "level": level}
        compare(wave, "visit", value, p, answer="regular", statistic="net", **place)
        compare(wave, "visit", float("nan"), p, statistic="rank", test="rank", effect_size="r",
                effect=value / 100, effect_low=value / 100 - 0.1, effect_high=value / 100 + 0.1,
                **place)  # fmt: skip
    compare(wave, "visit", float("nan"), float("nan"), answer="regular", statistic="net",
            segment="age", level="old", base=25, outcome="not-tested-base")  # fmt: skip
    compare(wave, "visit", float("nan"), 0.002, statistic="table", test="rao-scott", versus="",
            segment="age", effect_size="v", effect=0.24, effect_low=0.1,
            effect_high=0.35)  # fmt: skip


def _fill_survey(numbers: Numbers, wave: str, at: int) -> None:
    add = numbers.add
    for reason, value, count in (
        ("received", 1250 + at, 0), ("duplicate", 1248 + at, 2), ("analysed", 1248 + at, 0)
    ):  # fmt: skip
        add(wave, "_flow", value, answer=reason, statistic="flow", count=count)
    add(wave, "_findings", 3, answer="not_asked", level="blank", item="hours", statistic="finding")
    add(wave, "_findings", 4, answer="not_asked", level="blank", item="quiet", statistic="finding")
    add(wave, "_findings", 50, answer="speeder", level="note", statistic="finding")
    add(wave, "_findings", 2, answer="duplicate", level="drop", statistic="finding")
    add(wave, "_clusters", 180, answer="organisations", statistic="count")
    add(wave, "_clusters", 33, answer="sharing", statistic="count")
    for level, value in (("young", 49), ("middle", 41), ("old", 10)):
        add(wave, "_segments", value, item="age", answer=level, base=245)
    if wave != "2024":
        for level, value in (("young", 30), ("middle", 50), ("old", 20)):
            add(wave, "_segments", value, item="age", answer=level, statistic="margin")


@pytest.fixture(scope="session")
def room() -> Study:
    """The study over its three waves."""
    return make_study(WAVES)


@pytest.fixture(scope="session")
def weighted_room(room: Study) -> Study:
    """The study with its last two waves raked to the margin of ages, and a plan of analysis."""
    decision = {"method": "rake", "margins": ["age"], "bounds": [0.4, 2.5],
                "missing": "own-share", "decided": date(2025, 3, 1),
                "reason": text("Naar leeftijd.", "By age.")}  # fmt: skip
    weighting = Weighting.model_validate(decision, context=LANGUAGES)
    waves = tuple(
        wave if wave.id == "2024" else wave.model_copy(update={"weighting": weighting})
        for wave in room.waves
    )
    plan = {
        "contrast": [{
            "id": "rise", "text": text("Meer bezoek dan eerst.", "More visits than before."),
            "row": "visit", "answer": "regular", "versus": "previous", "waves": ["2026"],
            "planned": date(2025, 6, 1), "reason": text("Er is verbouwd.", "It was rebuilt."),
        }, {
            "id": "young", "text": text("Jongeren komen minder.", "Young people come less."),
            "row": "visit", "answer": "regular", "segment": "age", "level": "young",
            "versus": "middle", "waves": ["2026"], "planned": date(2025, 6, 1),
            "reason": text("Dat zei de balie.", "The desk said so."),
        }],
        "outcome": [{
            "id": "regulars", "text": text("komt vaak", "come often"), "row": "visit",
            "answers": ["often", "daily"], "segments": ["age"],
        }],
        "trend": {"segments": ["age"], "reference": "2025"},
        "score": [{"id": "joy", "text": text("Plezier", "Joy"), "least_answered": 1,
                   "items": ["rate.books", "rate.light"]}],
        "key_figure": [{"row": "visit", "answer": "regular"}, {"row": "hours"}],
    }  # fmt: skip
    declared = Plan.model_validate(plan, context=LANGUAGES)
    return room.model_copy(update={"waves": waves, "plan": declared})


@pytest.fixture(scope="session")
def room_numbers(room: Study) -> Published:
    return fill_numbers(room, WAVES).published()


@pytest.fixture
def draft(room: Study) -> Numbers:
    """The numbers of the study while a test may still add to them."""
    return fill_numbers(room, WAVES)


@pytest.fixture(scope="session")
def adjusted_numbers(weighted_room: Study) -> Published:
    """The numbers with those at a fixed composition, a model, and how the weights came out."""
    numbers = fill_numbers(weighted_room, WAVES)
    for at, wave in enumerate(WAVES):
        numbers.add(wave, "visit", 43 + 6 * at, answer="regular", statistic="standardised")
    for level, value, p in (("middle", 21.5, 0.001), ("old", -3.0, 0.5)):
        numbers.compare("2026", "_relations", value, p, item="regulars", statistic="effect",
                        segment="age", level=level, versus="young", half=11.0, effect_size="",
                        family="_relations")  # fmt: skip
    for wave in WAVES[1:]:
        numbers.add(wave, "_scores", 1.6, item="joy", statistic="mean", half=0.1)
        numbers.add(wave, "_scores", 0.71, item="joy", statistic="alpha", half=0.05)
    planned = {"planned": True, "family": "planned"}
    numbers.compare("2026", "visit", 9, 0.02, answer="regular", statistic="net",
                    versus="previous", **planned)  # fmt: skip
    _fill_weighting(numbers)
    return numbers.published()


def _fill_weighting(numbers: Numbers) -> None:
    add = numbers.add
    for wave in WAVES:
        spread = {"respondents": 245, "design_effect": 1.0}
        if wave != "2024":
            spread |= {"design_effect": 1.25, "effective_n": 196.0, "smallest": 0.41,
                       "largest": 2.13, "rounds": 7}  # fmt: skip
            for level, value in (("young", 48.9), ("middle", 41.1), ("old", 10), ("_none", 3.1)):
                add(wave, "_weighting", value, item="age", answer=level, statistic="balance")
        for name, value in spread.items():
            add(wave, "_weighting", value, answer=name, statistic="diagnostic")


@pytest.fixture(scope="session")
def first_room() -> Study:
    """The same study, run on its first wave alone, in other hands."""
    publisher = text("Het leesgenootschap", "The reading society")
    rules = {"duplicates": "keep", "incomplete": "keep", "speeders": "drop"}
    return make_study(WAVES[:1], sample="census", publisher=publisher, cleaning=rules)


@pytest.fixture(scope="session")
def first_numbers(first_room: Study) -> Published:
    return fill_numbers(first_room, WAVES[:1]).published()
