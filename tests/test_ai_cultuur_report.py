"""The report of the first study, once, as `make report` makes it: every chart, every page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from analysis.charts.boxes import check_boxes
from analysis.charts.figure import FigureSpec
from analysis.charts.select import select_data
from analysis.pipeline import StudyResult, run_study
from reports.assemble import Assembly, assemble_project
from reports.layout.engine import choose_engine
from reports.parallel import Workers
from reports.progress import NoProgress
from reports.store import Store
from survey.load import load_study
from survey.study import Study


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("ai-cultuur")


@pytest.fixture(scope="module")
def result(study: Study) -> StudyResult:
    return run_study(study)


@pytest.fixture(scope="module")
def assembly(
    study: Study, result: StudyResult, tmp_path_factory: pytest.TempPathFactory
) -> Assembly:
    folder = tmp_path_factory.mktemp("ai-cultuur")
    store = Store(folder / "store")
    engine = choose_engine("embedded")
    with Workers(2) as workers:
        return assemble_project(
            study, result.published, engine, folder, store, "key", workers, NoProgress()
        )


def test_every_text_of_every_chart_lies_inside_and_none_overlaps(assembly: Assembly) -> None:
    faults = [
        f"{language} {name} {width}: {fault}"
        for (language, name), drawing in assembly.drawings.items()
        for width, drawn in (("wide", drawing.wide), ("narrow", drawing.narrow))
        for fault in check_boxes(drawn.boxes)
    ]
    assert faults == []


def test_every_figure_of_a_chapter_has_a_caption_of_its_own(assembly: Assembly) -> None:
    for path in assembly.project.glob("*/_*.qmd"):
        floats = path.read_text(encoding="utf-8").split("\n::: {#fig-")[1:]
        captions = [text.split("\n:::\n")[2].strip() for text in floats]
        assert all(captions), path.name
        assert len(set(captions)) == len(captions), path.name


def test_both_languages_draw_the_same_figures(assembly: Assembly) -> None:
    names = {language: set() for language in assembly.settings.languages}
    for language, name in assembly.drawings:
        names[language].add(name)
    assert names["nl"] == names["en"]
    assert len(names["nl"]) >= 40


def test_every_drawing_says_what_it_shows_and_that_it_is_invented(assembly: Assembly) -> None:
    notices = {"nl": "Verzonnen gegevens", "en": "Invented data"}
    for (language, _), drawing in assembly.drawings.items():
        for drawn in (drawing.wide, drawing.narrow):
            assert notices[language] in re.sub(r"<[^>]+>", " ", drawn.svg)
            assert 'role="img"' in drawn.svg
            assert len(drawn.alt) > 40


def test_the_waves_have_the_respondents_that_the_study_tells_of(result: StudyResult) -> None:
    analysed = {wave: made.responses.n for wave, made in result.waves.items()}
    assert analysed == {"2024": 225, "2025": 342, "2026": 287}
    panel = [set(result.waves[wave].responses.keys["panel"].dropna()) for wave in ("2025", "2026")]
    assert len(panel[0] & panel[1]) == 64


def test_a_split_answer_goes_on_in_the_trend_as_the_sum_of_its_parts(
    study: Study, result: StudyResult
) -> None:
    spec = FigureSpec("beleid", "nl", form="trend", answers=("ja",))
    frame = select_data(study, result.published, spec).frame
    assert list(frame["wave"]) == ["2024", "2025", "2026"]
    assert list(frame["joins_previous"]) == [False, True, True]
    parts = result.compared.rows
    parts = parts[(parts["question"] == "beleid") & (parts["segment"] == "")]
    parts = parts[parts["statistic"] != "standardised"]
    of_2025 = parts[parts["wave"] == "2025"].set_index("answer")["value"]
    assert of_2025["ja"] == pytest.approx(of_2025["ja_vastgesteld"] + of_2025["ja_afspraken"])


def test_the_trend_by_size_breaks_except_for_the_self_employed(result: StudyResult) -> None:
    rows = result.published.rows
    rows = rows[(rows["question"] == "fase") & (rows["segment"] == "omvang")]
    later = rows[rows["wave"].isin(["2025", "2026"])]
    assert set(later.loc[later["level"] == "zzp", "grade"]) == {"same"}
    assert "same" not in set(later.loc[later["level"] != "zzp", "grade"])
    assert later.loc[later["level"] != "zzp", "change"].isna().all()


def test_nothing_rests_on_fewer_respondents_than_the_study_allows(
    study: Study, result: StudyResult
) -> None:
    rows = result.published.rows
    withheld = rows["state"] == "withheld"
    assert rows.loc[withheld, ["value", "low", "high", "count", "base"]].isna().all(axis=None)
    shown = rows.loc[~withheld, "base"].dropna()
    assert shown.min() >= study.about.thresholds.withhold_below
    assert rows["id"].is_unique


def test_shares_of_a_question_add_up_to_what_rounding_allows(result: StudyResult) -> None:
    rows = result.published.rows
    closed = rows[(rows["statistic"] == "share") & (rows["base_rule"] == "substantive")]
    single = closed[closed["question"].isin(["discipline", "fase", "gebruik", "stellingen"])]
    keys = ["wave", "question", "item", "segment", "level"]
    sums = single[single["value"].notna()].groupby(keys)["value"].agg(["sum", "size"])
    assert ((sums["sum"] - 100).abs() <= sums["size"] / 2).all()


def test_no_answer_that_somebody_wrote_stands_in_the_project(
    result: StudyResult, assembly: Assembly
) -> None:
    written: set[str] = set()
    for made in result.waves.values():
        values = made.responses.values
        for column in [name for name in values if name.endswith(":text")]:
            written |= {text for text in values[column].dropna() if len(str(text)) > 12}
    assert len(written) > 20
    project = assembly.project
    texts = "\n".join(path.read_text(encoding="utf-8") for path in project.rglob("*.qmd"))
    assert [text for text in written if str(text) in texts] == []


def test_published_numbers_are_rounded(result: StudyResult) -> None:
    rows = result.published.rows
    percent = rows.loc[rows["statistic"].isin(["share", "net", "bin", "ranked"]), "value"].dropna()
    assert (percent == percent.round()).all()
    fine = rows["statistic"].isin(["alpha", "ratio"])  # two decimals, all others one
    for chosen, scale in ((rows[~fine], 10), (rows[fine], 100)):
        others = pd.concat([chosen["low"], chosen["high"], chosen["effective"]]).dropna() * scale
        assert (others - others.round()).abs().max() < 1e-6


def test_the_report_is_dated_by_its_data_not_by_the_clock(assembly: Assembly) -> None:
    assert assembly.settings.published.year == 2026
    assert datetime.now(UTC).date() != assembly.settings.published
    assert Path(assembly.project / "_quarto.yml").is_file()
