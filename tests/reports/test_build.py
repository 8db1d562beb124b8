"""What a run makes of the small study: every page, file and number, and nothing it must not say."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
import stat
import subprocess
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import python_calamine

from analysis.phrases import phrase
from reports.check.links import find_outside_requests
from reports.manifest import NAME, read_manifest
from survey.load import load_study
from survey.published import COLUMNS, COMPARED
from survey.study import Study

if TYPE_CHECKING:
    from tests.reports.conftest import Report

LANGUAGES = ("nl", "en")
CHAPTERS = (
    "index", "stand", "verwachting", "respondents", "topline", "method", "quality", "data",
)  # fmt: skip
CLOSED = ("sector", "omvang", "werkvormen", "gebruik", "tools", "uren", "beleid", "stellingen",
          "impact", "kans", "wensen")  # fmt: skip
WAVES = ("2023", "2024")
SMALLEST_BASE = 5  # study.toml of the study
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def study(klein: Report) -> Study:
    return load_study(klein.study)


@pytest.fixture(scope="module")
def published(klein: Report) -> pd.DataFrame:
    return pd.read_csv(klein.site / "data" / "published.csv", dtype={"wave": str, "answer": str})


def read_notice(language: str) -> str:
    return phrase(language, "page.invented_notice")


def list_figures(klein: Report, language: str) -> set[str]:
    return {path.stem for path in (klein.site / "data" / "figures" / language).glob("*.csv")}


@each_language
def test_every_page_is_laid_out(klein: Report, study: Study, language: str) -> None:
    pages = {path.stem: path for path in (klein.site / language).glob("*.html")}
    assert set(pages) == set(CHAPTERS)
    for name, path in pages.items():
        text = path.read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in text, name
        assert re.search(r"<main id=\"main\">\s*<h1>\S", text), name
        assert text.rstrip().endswith("</html>"), name
        left = re.findall(r"@@drawing|\{python\}|\{\{&lt;|\{\{<|\?@|:::", text)
        assert left == [], name
    shown = pages["topline"].read_text(encoding="utf-8")
    for question in study.questionnaire.questions:
        assert question.text[language] in shown, question.id


@each_language
def test_pages_lead_to_themselves_in_the_other_language(klein: Report, language: str) -> None:
    other = next(name for name in LANGUAGES if name != language)
    for name in CHAPTERS:
        text = (klein.site / language / f"{name}.html").read_text(encoding="utf-8")
        switch = re.search(r'<nav class="languages".*?</nav>', text, re.DOTALL)
        assert switch is not None
        assert re.findall(r'href="([^"]+)"', switch[0]) == [f"../{other}/{name}.html"]
        assert (klein.site / other / f"{name}.html").is_file()


def test_the_first_page_leads_to_each_language(klein: Report) -> None:
    text = (klein.site / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+\.html)"', text) == ["nl/index.html", "en/index.html"]


@each_language
def test_the_pdf_is_tagged_and_says_so(klein: Report, language: str) -> None:
    content = (klein.site / language / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/MarkInfo<</Marked true" in content
    assert b"/StructTreeRoot " in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert f"/Lang({language})".encode() in content


@each_language
def test_the_word_file_holds_every_chapter_and_figure(
    klein: Report, study: Study, language: str
) -> None:
    with zipfile.ZipFile(klein.site / language / "report.docx") as archive:
        assert archive.testzip() is None
        document = archive.read("word/document.xml").decode("utf-8")
    for theme in study.questionnaire.themes:
        assert theme.text[language] in document
    pictures = re.findall(r'<wp:docPr\b[^>]*\bdescr="([^"]*)"', document)
    assert len(pictures) == len(list_figures(klein, language))
    assert "" not in pictures


@each_language
def test_the_workbook_holds_the_published_numbers(
    klein: Report, study: Study, published: pd.DataFrame, language: str
) -> None:
    path = klein.site / language / "tables.xlsx"
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    cover = phrase(language, "workbook.cover")
    assert book.sheet_names[0] == cover
    assert len(book.sheet_names) == len(CLOSED) + 1
    for number, question in enumerate(CLOSED, start=1):
        name = book.sheet_names[number]
        label = study.questionnaire[question].label[language]
        assert len(name) <= 31
        assert f"{number} {label}".startswith(name)
        rows = book.get_sheet_by_name(name).to_python()
        top = next(index for index, row in enumerate(rows) if len([c for c in row if c]) > 4)
        for place, wave in enumerate(WAVES):
            column = 5 + 7 * place  # number, two bounds, n, effective n, letters, state
            found = Counter(
                (row[column], row[column + 3]) for row in rows[top + 1 :] if row[column + 6]
            )
            assert found == count_published(published, question, wave, language), (question, wave)


def count_published(rows: pd.DataFrame, question: str, wave: str, language: str) -> Counter:
    chosen = rows[(rows["question"] == question) & (rows["wave"] == wave)]
    withheld = phrase(language, "chart.withheld")
    counted: Counter = Counter()
    for row in chosen.itertuples():
        share = row.statistic in ("share", "net", "bin", "ranked")
        value = row.value / 100 if share else row.value
        base = "" if pd.isna(row.base) else row.base
        counted[withheld if pd.isna(row.value) else value, base] += 1
    return counted


def test_the_open_data_has_its_columns_and_a_codebook(klein: Report, study: Study) -> None:
    data = klein.site / "data"
    with (data / "published.csv").open(encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file))
    assert columns == [*COLUMNS, "origin"]
    with (data / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["column", *columns]
    with (data / "comparisons.csv").open(encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file))
    assert columns == [*COMPARED, "origin"]
    with (data / "codebook-comparisons.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["column", *columns]
    codes = pd.read_csv(data / "codes.csv", dtype=str)
    assert list(codes.columns) == ["kind", "question", "code", "nl", "en"]
    asked = set(codes.loc[codes["kind"] == "question", "question"])
    assert asked == {q.id for q in study.questionnaire.questions if not q.personal}


def test_no_number_rests_on_too_small_a_base(published: pd.DataFrame) -> None:
    numbers = ["value", "low", "high", "count", "change", "rest"]
    small = published[published["base"] < SMALLEST_BASE]
    withheld = published[published["state"] == "withheld"]
    assert len(withheld) > 0
    assert set(small["state"]) <= {"withheld"}
    assert withheld[numbers].isna().all(axis=None)
    kept = published[published["state"] != "withheld"]
    shares = kept["statistic"].isin(["share", "net", "mean", "median"])
    assert kept.loc[shares, "base"].min() >= SMALLEST_BASE


@each_language
def test_every_figure_has_its_csv_svg_and_png(
    klein: Report, published: pd.DataFrame, language: str
) -> None:
    folder = klein.site / "data" / "figures" / language
    names = list_figures(klein, language)
    assert len(names) >= 9
    assert {path.name for path in folder.iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("csv", "svg", "png")
    }
    known = set(published["value"].dropna())
    for name in names:
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG\r\n")
        assert "<title" in (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert set(pd.read_csv(folder / f"{name}.csv")["value"].dropna()) <= known, name
    linked = {
        link
        for page in (klein.site / language).glob("*.html")
        for link in re.findall(r'href="\.\./(data/figures/[^"]+)"', page.read_text("utf-8"))
    }
    assert linked == {path.relative_to(klein.site).as_posix() for path in folder.iterdir()}


@each_language
def test_everything_invented_says_so(klein: Report, language: str) -> None:
    notice = read_notice(language)
    for page in (klein.site / language).glob("*.html"):
        assert notice in page.read_text(encoding="utf-8"), page.name
    assert notice in (klein.site / "index.html").read_text(encoding="utf-8")
    warning = phrase(language, "chart.invented")
    for drawn in (klein.site / "data" / "figures" / language).glob("*.svg"):
        assert warning in drawn.read_text(encoding="utf-8"), drawn.name
    with zipfile.ZipFile(klein.site / language / "report.docx") as archive:
        assert notice in archive.read("word/header1.xml").decode("utf-8")
    book = python_calamine.CalamineWorkbook.from_path(str(klein.site / language / "tables.xlsx"))
    for name in book.sheet_names:
        cells = {cell for row in book.get_sheet_by_name(name).to_python() for cell in row}
        assert notice in cells, name


def test_whole_numbers_are_written_whole(klein: Report) -> None:
    for path in (klein.site / "data").rglob("*.csv"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r",-?\d+\.0[,\n]", text), path.name


def test_every_data_file_says_that_it_is_invented(klein: Report) -> None:
    files = [*klein.folder.rglob("*.csv")]
    assert len(files) > 20
    for path in files:
        if not path.name.startswith(("codebook", "codes")):  # what was declared, not answered
            said = {"nl": "verzonnen", "en": "invented"}.get(path.parent.name)
            told = set(pd.read_csv(path, dtype=str)["origin"])
            assert told == {said or "verzonnen / invented"}, path.name


def read_pdf(path: Path) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext, of poppler-utils, to read a PDF")
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.removesuffix("\f").split("\f")


@each_language
def test_every_pdf_page_says_that_it_is_invented(klein: Report, language: str) -> None:
    pages = read_pdf(klein.site / language / "report.pdf")
    assert len(pages) > 5
    silent = [n for n, text in enumerate(pages, start=1) if read_notice(language) not in text]
    assert silent == []


def test_no_page_loads_anything_from_elsewhere(klein: Report) -> None:
    assert find_outside_requests(klein.site) == []
    loading = re.compile(r"""(?:\bsrc=|url\(|@import|<link\b[^>]*href=)\s*["']?(?:https?:)?//""")
    texts = [path for path in klein.site.rglob("*") if path.suffix in (".html", ".css", ".svg")]
    assert len(texts) > 30
    assert [path.name for path in texts if loading.search(path.read_text("utf-8"))] == []
    assert "<script" not in "".join(path.read_text("utf-8") for path in texts)


def test_what_is_private_is_for_its_owner_alone(klein: Report) -> None:
    private = klein.folder / "private"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert stat.S_IMODE((klein.out / ".store" / "klein").stat().st_mode) == 0o700
    responses = pd.read_csv(private / "responses-2024.csv", dtype=str)
    assert {"respondent", "cluster", "panel", "gebruik", "weight_used"} <= set(responses.columns)
    assert "naam" not in responses.columns


def read_everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, those within zip files and the text of PDFs too."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        yield name, path.read_bytes()
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{name}/{part}", archive.read(part)) for part in archive.namelist())
        if path.suffix == ".pdf" and shutil.which("pdftotext"):
            yield f"{name} (text)", "\n".join(read_pdf(path)).encode()


def list_personal(klein: Report) -> set[str]:
    """What respondents are called and where they are reached, as their exports have it."""
    found = set()
    for wave, mark, columns in (
        ("2023", ",", ("IP Address", "Email Address", "Wat is je naam?")),
        ("2024", ";", ("naam",)),
    ):
        path = klein.study / "data_raw" / wave / "antwoorden.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=mark))
        found |= {row[column].strip() for row in rows for column in columns}
    return found - {"", "Open-Ended Response"}


def test_no_name_address_or_ip_number_is_written_anywhere(klein: Report) -> None:
    personal = list_personal(klein)
    assert len(personal) > 60
    assert {"192.0.2.1", "persoon1@voorbeeld.nl", "Ans de Wit"} <= personal
    sought = [*(one.encode() for one in personal), b"@voorbeeld.nl"]
    leaks = {
        (name, one)
        for name, content in read_everything(klein.out)
        for one in sought
        if one in content
    }
    assert leaks == set()
    # the search sees what is there: open answers stay, and nowhere but where they may
    told = b"Beeldbank doorzoeken"
    seen = [name for name, content in read_everything(klein.out) if told in content]
    assert seen
    assert all(name.startswith((".store/", "klein/private/")) for name in seen)


def test_no_path_of_this_machine_is_written(klein: Report) -> None:
    place = str(klein.study.parent).encode()
    assert [name for name, content in read_everything(klein.folder) if place in content] == []


def test_the_manifest_holds_the_sum_of_every_file(klein: Report) -> None:
    manifest = read_manifest(klein.folder)
    assert manifest is not None
    made = klein.sum_files()
    del made[NAME]
    assert manifest.outputs == made
    declared = [path for path in klein.study.rglob("*") if path.is_file()]
    for path in declared:
        name = f"study/{path.relative_to(klein.study).as_posix()}"
        assert manifest.inputs[name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "pages/nl/_index.qmd" in manifest.inputs
    assert (manifest.waves, manifest.languages, manifest.invented) == (WAVES, LANGUAGES, True)
    assert manifest.engine.startswith("embedded (pandoc ")
    assert (manifest.pages, manifest.figures) == (16, 2 * len(list_figures(klein, "nl")))
    assert len(manifest.code) == 64
    assert {"python", "pandas", "typst", "plotnine"} <= set(manifest.versions)


def test_the_passports_sum_stands_in_the_manifest(klein: Report) -> None:
    manifest = read_manifest(klein.folder)
    assert manifest is not None
    for wave in WAVES:
        folder = klein.study / "data_raw" / wave
        passport = tomllib.loads((folder / "SOURCE.toml").read_text(encoding="utf-8"))
        declared = passport["file"][0]
        assert manifest.inputs[f"study/data_raw/{wave}/{declared['name']}"] == declared["sha256"]
