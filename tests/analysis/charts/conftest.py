"""A small invented study of all kinds of question, and its published table made by hand."""

from __future__ import annotations

import zlib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.charts.theme import Theme
from survey.published import COLUMNS, Published
from survey.questionnaire import Questionnaire
from survey.study import Segment, Study, StudyFile
from survey.wave import Passport, Wave

LANGUAGES = {"languages": ("nl", "en")}
WAVES = ("2024", "2025", "2026")
FONTS = Path(__file__).parents[3] / "reports" / "theme" / "fonts"

AGREEMENT = {
    "id": "agreement",
    "answers": [
        ["strongly-agree", "Zeer mee eens", "Strongly agree"],
        ["agree", "Mee eens", "Agree"],
        ["neutral", "Niet mee eens, niet mee oneens", "Neither agree nor disagree"],
        ["disagree", "Mee oneens", "Disagree"],
        ["strongly-disagree", "Zeer mee oneens", "Strongly disagree"],
    ],
    "direction": "high-to-low",
    "midpoint": "neutral",
    "dont_know": ["dk", "Weet niet", "Don’t know"],
    "nets": [["top2", "(zeer) mee eens", "(strongly) agree", ["strongly-agree", "agree"]]],
}
STATEMENTS = [
    ("s1", "AI maakt ons werk in de culturele sector de komende jaren interessanter dan het nu is",
     "AI will make our work in the cultural sector more interesting than it is now"),
    ("s2", "Wij hebben voldoende kennis in huis", "We have enough knowledge in-house"),
    ("s3", "De auteursrechtenproblematiek rond generatieve beeldsystemen weerhoudt onze "
     "organisatie van experimenteren", "Copyright problems keep us from experimenting"),
    ("s4", "Onze bestuurders sturen actief op verantwoord gebruik", "Our board steers its use"),
    ("s5", "Gegevensbeschermingseffectbeoordelingen voeren wij altijd uit",
     "We always carry out data protection impact assessments"),
    ("s6", "AI bedreigt de werkgelegenheid van makers", "AI threatens the jobs of makers"),
    ("s7", "Publiek moet kunnen zien dat AI is gebruikt", "Audiences must see AI was used"),
    ("s8", "Kosten ($5 of $10) zijn geen bezwaar", "Costs ($5 or $10) are no objection"),
]  # fmt: skip
DISCIPLINES = [
    ("museum", "Museum"), ("heritage", "Erfgoed en archief"), ("library", "Bibliotheek"),
    ("stage", "Podiumkunsten"), ("visual", "Beeldende kunst"), ("film", "Film en audiovisueel"),
    ("music", "Muziek"), ("letters", "Letteren"), ("design", "Ontwerp en architectuur"),
    ("amateur", "Cultuureducatie en amateurkunst"), ("support", "Ondersteunende instelling"),
    ("other", "Anders, namelijk"),
]  # fmt: skip
TOOLS = [
    ("chatgpt", "ChatGPT"), ("copilot", "Microsoft Copilot"), ("gemini", "Gemini (voorheen Bard)"),
    ("image", "Beeldgeneratoren zoals Midjourney, DALL·E of Stable Diffusion"),
    ("speech", "Automatische spraakherkenning en ondertiteling van audiovisuele collecties"),
    ("none", "Geen van deze"), ("other", "Anders, namelijk"),
]  # fmt: skip
STEPS = [
    ("never", "Niet overwogen", "Not considered"),
    ("exploring", "Wij verkennen de mogelijkheden", "Exploring the possibilities"),
    ("trying", "Wij experimenteren op kleine schaal", "Experimenting on a small scale"),
    ("using", "In gebruik bij enkele afdelingen", "In use in some departments"),
    ("embedded", "Structureel ingebed in de organisatie", "Structurally embedded"),
]


def text(nl: str, en: str | None = None) -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


def twice(pairs: list[tuple[str, str]]) -> list[list[str]]:
    return [[code, label, label] for code, label in pairs]


def questions() -> list[dict[str, Any]]:
    shared = {"block": "all"}
    return [
        {**shared, "id": "discipline", "kind": "single", "answers": twice(DISCIPLINES),
         "other": "other", "text": text("In welke discipline werk je?", "Which discipline?")},
        {**shared, "id": "adoption", "kind": "single", "ordered": True,
         "answers": [list(step) for step in STEPS],
         "nets": [["active", "actief met AI", "active with AI", ["trying", "using", "embedded"]]],
         "text": text("Hoe ver is jouw organisatie met AI?", "How far are you with AI?")},
        {**shared, "id": "tools", "kind": "multiple", "answers": twice(TOOLS),
         "exclusive": ["none"], "other": "other", "asked_if": "adoption != never",
         "text": text("Welke generatieve AI-hulpmiddelen gebruik je in je werk?",
                      "Which generative AI tools do you use in your work?")},
        {**shared, "id": "statements", "kind": "grid", "scale": "agreement",
         "item": [{"id": code, "text": text(nl, en)} for code, nl, en in STATEMENTS],
         "text": text("In hoeverre ben je het eens met deze stellingen?",
                      "How far do you agree with these statements?")},
        {**shared, "id": "impact", "kind": "grid", "ordered": True,
         "answers": [["none", "Geen", "None"], ["some", "Enige", "Some"], ["much", "Veel", "Much"]],
         "nets": [["impact", "enige of veel invloed", "some or much impact", ["some", "much"]]],
         "item": [{"id": f"q{n}", "text": text(label)} for n, label in enumerate(
             ("Werkprocessen optimaliseren", "Waarde toevoegen", "Publieksbeleving verbeteren",
              "Nieuwe producten"))],
         "periods": [["y1", "Over 1 jaar", "In 1 year"], ["y3", "Over 3 jaar", "In 3 years"],
                     ["y5", "Over 5 jaar", "In 5 years"]],
         "text": text("Hoeveel invloed verwacht je?", "How much impact do you expect?")},
        {**shared, "id": "chance", "kind": "rating", "minimum": 0, "maximum": 10,
         "low_end": text("vooral een bedreiging", "mainly a threat"),
         "high_end": text("vooral een kans", "mainly an opportunity"),
         "text": text("Is AI een kans of een bedreiging?", "Is AI a chance or a threat?")},
        {**shared, "id": "hours", "kind": "number", "minimum": 0, "unit": text("uren", "hours"),
         "text": text("Hoeveel uur training kreeg je?", "How many hours of training did you get?")},
        {**shared, "id": "priorities", "kind": "ranking", "most": 3,
         "answers": [["quality", "Kwaliteit", "Quality"], ["jobs", "Werkgelegenheid", "Jobs"],
                     ["reach", "Publieksbereik", "Reach"]],
         "text": text("Wat verandert het meest?", "What will change most?")},
        {**shared, "id": "policy", "kind": "single", "dont_know": ["dk", "Weet niet", "Don’t know"],
         "not_applicable": ["na", "Niet van toepassing", "Not applicable"],
         "answers": [["yes", "Ja", "Yes"], ["making", "In de maak", "In the making"],
                     ["no", "Nee", "No"]],
         "text": text("Is er AI-beleid?", "Is there an AI policy?")},
        {**shared, "id": "example", "kind": "open", "text": text("Wat is je beste voorbeeld?")},
    ]  # fmt: skip


def make_study() -> Study:
    questionnaire = Questionnaire.model_validate(
        {"block": [{"id": "all", "text": text("Alles")}], "scale": [AGREEMENT],
         "question": questions()},
        context=LANGUAGES,
    )  # fmt: skip
    waves = tuple(make_wave(wave, questionnaire) for wave in WAVES)
    groups = [
        ["heritage", "Erfgoed en musea", "Heritage", ["museum", "heritage"]],
        ["books", "Bibliotheken en letteren", "Libraries", ["library", "letters"]],
        ["stage", "Podiumkunsten en muziek", "Stage", ["stage", "music"]],
        ["image", "Beeld, film en ontwerp", "Image", ["visual", "film", "design"]],
        ["education", "Educatie en ondersteuning", "Education", ["amateur", "support"]],
    ]
    segments = tuple(
        Segment.model_validate(segment, context=LANGUAGES)
        for segment in (
            {"id": "sector", "text": text("Sector"), "question": "discipline", "levels": groups},
            {"id": "discipline", "text": text("Discipline"), "question": "discipline"},
        )
    )
    about = StudyFile.model_validate(
        {"id": "try", "title": text("AI in de cultuur", "AI in culture"), "licence": "CC BY 4.0",
         "languages": ["nl", "en"], "sample": "self-selected", "waves": list(WAVES),
         "respondents": text("cultuurprofessionals", "culture professionals"),
         "recruitment": text("Open oproep."), "population": text("De sector.")},
        context=LANGUAGES,
    )  # fmt: skip
    passports = tuple(make_passport(wave) for wave in WAVES)
    return Study(folder=Path("try"), data_folder=Path("try"), about=about, waves=waves,
                 questionnaire=questionnaire, segments=segments, passports=passports)  # fmt: skip


def make_wave(wave: str, questionnaire: Questionnaire) -> Wave:
    asks: list[dict[str, Any]] = [{"question": q.id} for q in questionnaire.questions]
    if wave == "2025":
        asks[1] |= {"grade": "reworded", "note": text("Anders gevraagd.", "Asked differently.")}
    year = int(wave)
    return Wave.model_validate(
        {"id": wave, "title": text(f"meting {wave}", f"Wave {wave}"), "shape": "plain",
         "fielded": [date(year, 1, 8), date(year, 1, 29)], "language": "nl",
         "columns": {"respondent": "id"}, "ask": asks,
         "weighting": {"method": "none", "reason": text("Geen.")}},
        context=LANGUAGES,
    )  # fmt: skip


def make_passport(wave: str) -> Passport:
    day = date(int(wave), 1, 8)
    return Passport.model_validate(
        {"wave": wave, "origin": text("Verzonnen"), "tool": "none", "mode": text("online"),
         "fielded": [day, day], "delivered": day, "n": 300, "invented": True,
         "file": [{"name": "a.csv", "role": "answers", "sha256": "0" * 64}]},
        context=LANGUAGES,
    )  # fmt: skip


class Rows:
    """Published rows under construction; a base below the thresholds gets its state."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        wave: str,
        question: str,
        value: float,
        *,
        item: str = "",
        answer: str = "",
        statistic: str = "share",
        segment: str = "",
        level: str = "",
        base: int = 250,
        half: float | None = None,
    ) -> None:
        state = "withheld" if base < 10 else "indicative" if base < 30 else "published"
        shown = float("nan") if state == "withheld" else float(value)
        percent = statistic in ("share", "net", "bin")
        half = 8.0 if half is None else half
        low, high = shown - half, shown + half
        if percent:
            low, high = max(low, 0.0), min(high, 100.0)
        rule = self.study.questionnaire[question].base_rule
        self.rows.append(
            {
                "id": f"{wave}/{question}/{item}/{answer}/{statistic}/{segment}/{level}",
                "study": "try", "wave": wave, "question": question, "item": item,
                "answer": answer, "statistic": statistic, "segment": segment, "level": level,
                "value": shown, "low": low, "high": high, "count": shown, "asked": base + 20,
                "answered": base, "base": base, "effective": base, "base_rule": rule,
                "state": state, "reason": "", "grade": self.study.grade(question, wave),
                "change": float("nan"), "rest": float("nan"),
            }
        )  # fmt: skip

    def add_scale(self, wave: str, question: str, shares: list[int], **at: Any) -> None:
        """Add the shares of a scale's answers, its nets and its don't-know share."""
        asked = self.study.questionnaire[question]
        value = dict(zip((a.code for a in asked.answers), shares, strict=True))
        for code, share in value.items():
            self.add(wave, question, share, answer=code, **at)
        for net in asked.nets:
            total = sum(value[code] for code in net.answers)
            self.add(wave, question, total, answer=net.code, statistic="net", **at)
        if asked.dont_know is not None:
            more = {**at, "base": at.get("base", 250) + 12}
            self.add(wave, question, 5, answer=asked.dont_know.code, **more)

    def published(self, invented: bool = True) -> Published:
        return Published("try", invented, pd.DataFrame(self.rows, columns=list(COLUMNS)))


def draw_shares(key: str, parts: int) -> list[int]:
    """Return whole percentages that may add up to 99 or 101, the same for the same key."""
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    return [int(share * 100 + 0.5) for share in rng.dirichlet([1.5] * parts)]


def fill_table(study: Study) -> Rows:
    rows = Rows(study)
    bases = {"heritage": 81, "books": 44, "stage": 62, "image": 26, "education": 7}
    places: list[dict[str, Any]] = [{}]
    places += [{"segment": "sector", "level": code, "base": n} for code, n in bases.items()]
    places += [{"segment": "discipline", "level": code, "base": 9 + 3 * at}
               for at, (code, _) in enumerate(DISCIPLINES)]  # fmt: skip
    for wave in WAVES:
        for place in places:
            fill_place(rows, wave, place)
    return rows


def fill_place(rows: Rows, wave: str, place: dict[str, Any]) -> None:
    """Add every question's numbers for all respondents or one level of a segment."""
    key = f"{wave}{place.get('level', '')}"
    rows.add_scale(wave, "discipline", draw_shares(f"d{key}", len(DISCIPLINES)), **place)
    rows.add_scale(wave, "adoption", draw_shares(f"a{key}", 5), **place)
    rows.add_scale(wave, "policy", draw_shares(f"p{key}", 3), **place)
    for at, (code, _) in enumerate(TOOLS):
        share = draw_shares(f"t{key}{code}", 2)[0] if at else 100
        rows.add(wave, "tools", share, answer=code, **place)
    base = place.get("base", 250)
    for at, (code, _, _) in enumerate(STATEMENTS):
        spread = {**place, "base": max(base - 2 * at, 1)}
        rows.add_scale(wave, "statements", draw_shares(f"s{key}{code}", 5), item=code, **spread)
    for item in range(4):
        for period in ("y1", "y3", "y5"):
            shares = draw_shares(f"i{key}{item}{period}", 3)
            rows.add_scale(wave, "impact", shares, item=f"q{item}.{period}", **place)
    for answer, share in enumerate(draw_shares(f"c{key}", 11)):
        rows.add(wave, "chance", share, answer=str(answer), **place)
    rows.add(wave, "chance", 6.2, statistic="mean", half=0.4, **place)
    bins = ("0..8", "8..16", "16..24", "24..32", "32..40")
    for answer, share in zip(bins, draw_shares(f"h{key}", 5), strict=True):
        rows.add(wave, "hours", share, answer=answer, statistic="bin", **place)
    rows.add(wave, "hours", 11.4, statistic="mean", half=2.1, **place)
    rows.add(wave, "hours", 8, statistic="median", **place)
    for at, answer in enumerate(("quality", "jobs", "reach")):
        rows.add(wave, "priorities", (50, 31, 19)[at], answer=answer, **place)
        rows.add(wave, "priorities", 1.6 + at / 5, answer=answer, statistic="rank_mean", half=0.2,
                 **place)  # fmt: skip


@pytest.fixture(scope="session")
def study() -> Study:
    return make_study()


@pytest.fixture(scope="session")
def published(study: Study) -> Published:
    return fill_table(study).published()


@pytest.fixture
def new_rows(study: Study) -> Rows:
    """An empty table, for a test that makes numbers of its own."""
    return Rows(study)


@pytest.fixture(scope="session")
def theme() -> Theme:
    return Theme(family="Inter", font_folder=str(FONTS)) if FONTS.is_dir() else Theme()
