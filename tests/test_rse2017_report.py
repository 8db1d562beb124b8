"""The report on a survey that real people answered: every page, and nothing it must not say."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from reports.build import build_report
from reports.progress import NoProgress
from survey.load import load_study
from survey.study import Study

WAVE = "2017"
CHAPTERS = ("people", "work", "practice")
PAGES = {"index", *CHAPTERS, "respondents", "topline", "method", "quality", "data"}


@dataclass(frozen=True)
class Report:
    """What the run made: the folder of its site, and what each page says to a reader."""

    site: Path
    private: Path
    pages: dict[str, str]


class TextOf(HTMLParser):
    """The text of a page as a reader meets it: no style, no script, single spaces."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "script")
        self.parts += [
            text for name, text in attrs if name in ("alt", "title", "aria-label") and text
        ]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())


@pytest.fixture(scope="module")
def study(rse2017: Path) -> Study:
    return load_study(rse2017)


@pytest.fixture(scope="module")
def report(rse2017: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    built = build_report(
        rse2017,
        engine="embedded",
        out=tmp_path_factory.mktemp("build"),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        progress=NoProgress(),
    )
    assert (built.waves, built.languages, built.pages) == ((WAVE,), ("en",), len(PAGES))
    pages = {
        path.stem: TextOf(path.read_text(encoding="utf-8")).text
        for path in (built.site / "en").glob("*.html")
    }
    return Report(built.site, built.folder / "private", pages)


def test_every_page_of_the_report_exists(report: Report) -> None:
    assert set(report.pages) == PAGES
    for name in ("report.pdf", "report.docx", "tables.xlsx"):
        assert (report.site / "en" / name).stat().st_size > 10_000, name
    assert (report.site / "en" / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_each_theme_page_holds_its_questions(report: Report, study: Study) -> None:
    shown = 0
    for question in study.asked(WAVE):
        if question.theme is not None and question.is_closed:
            assert question.label["en"] in report.pages[question.theme], question.id
            shown += 1
    assert shown == 36  # all but the country, the lists of disciplines and the training programmes


def test_the_topline_holds_every_closed_question_in_full(report: Report, study: Study) -> None:
    for question in study.asked(WAVE):
        if question.is_closed:
            assert question.text["en"] in report.pages["topline"], question.id
            for item in question.items:
                assert item.text["en"] in report.pages["topline"], item.id


def read_everything(report: Report) -> dict[str, str]:
    """Return the text of everything on the site that holds text."""
    texts = {f"en/{name}.html": text for name, text in report.pages.items()}
    for path in report.site.rglob("*"):
        if path.suffix in (".csv", ".svg") or path.name == "index.html":
            texts.setdefault(str(path.relative_to(report.site)), path.read_text(encoding="utf-8"))
    for name in ("report.docx", "tables.xlsx"):
        with zipfile.ZipFile(report.site / "en" / name) as archive:
            parts = [part for part in archive.namelist() if part.endswith(".xml")]
            texts[name] = " ".join(archive.read(part).decode("utf-8") for part in parts)
    return texts


def test_nothing_says_that_the_answers_are_invented(report: Report) -> None:
    texts = read_everything(report)
    assert len(texts) > len(PAGES) + 2 * 36
    for name in ("codebook", "codebook-comparisons"):
        del texts[f"data/{name}.csv"]  # it explains a column that every study has
    assert [name for name, text in texts.items() if re.search("(?i)invented|fictiti", text)] == []
    for name in (name for name in texts if name.endswith(".csv") and "codes" not in name):
        assert set(pd.read_csv(report.site / name)["origin"]) == {"real"}, name


def list_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}", text.casefold()))


def test_no_dutch_word_of_ours_appears(report: Report, repository: Path, rse2017: Path) -> None:
    """Dutch words are those of the Dutch phrases and pages that no English text of ours has; the
    study's own texts name Dutch diplomas."""
    phrases = repository / "analysis" / "phrases"
    pages = repository / "reports" / "pages"

    def read_words(language: str) -> set[str]:
        files = [phrases / f"{language}.toml", *(pages / language).glob("*.qmd")]
        return list_words(" ".join(file.read_text(encoding="utf-8") for file in files))

    own = list_words(" ".join(f.read_text(encoding="utf-8") for f in rse2017.rglob("*.toml")))
    dutch = read_words("nl") - read_words("en") - own
    assert {"respondenten", "toelichting"} & dutch
    for page, text in report.pages.items():
        assert list_words(text) & dutch == set(), page


def test_numbers_on_too_small_a_base_are_not_published(report: Report) -> None:
    own = pd.read_csv(report.private / "estimates.csv", keep_default_na=False, encoding="utf-8-sig")
    data = report.site / "data"
    rows = pd.read_csv(data / "published.csv", keep_default_na=False, encoding="utf-8-sig")
    small = own[own["base"] < 10]
    key = ["wave", "question", "item", "answer", "statistic", "segment", "level"]
    names = small[key].astype(str).agg("/".join, axis=1)
    withheld = rows[rows["state"] == "withheld"]
    assert len(small) > 50
    assert set(names) <= set(withheld["id"])
    hidden = ["value", "low", "high", "count", "asked", "answered", "base", "effective", "rest"]
    assert set(withheld[hidden].to_numpy().ravel()) == {""}
    shown = rows[~rows["state"].isin(["withheld"]) & (rows["base"] != "")]
    assert shown["base"].astype(float).min() >= 10


def test_a_question_put_to_too_few_is_told_without_a_number(report: Report, study: Study) -> None:
    """Four people were asked whether the main text names them: none of their numbers is told."""
    page = report.pages["practice"]
    assert study.questionnaire["main_text"].text["en"] in page
    assert "All values are based on too few respondents to be shown." in page
    for told in ("4 research", "0 research", "put to 4 of", "put to 0 of"):
        assert f" {told}" not in page, told


def test_open_answers_stay_private(report: Report, study: Study, rse2017: Path) -> None:
    raw = pd.read_csv(rse2017 / "data_raw" / WAVE / "public_data.csv", dtype=str)
    (column,) = (name for name in raw if name.startswith("train3"))
    asked = study.questionnaire["programmes"].text["en"]  # which gives examples of its own
    given = raw[column].dropna().str.strip()
    told = [text for text in given if len(text) > 20 and text not in asked]
    assert len(told) > 15
    texts = read_everything(report)
    assert [(text, name) for text in told for name in texts if text in texts[name]] == []
