"""Published numbers and drawn figures in, open data and workbooks out; and the private files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.tell.opendata import list_code_rows, list_column_rows, mark_origin
from analysis.tell.workbook import make_workbook
from reports.assemble import Assembly
from reports.manifest import digest_code
from reports.parallel import Workers, make_all
from reports.store import Store, digest_bytes
from survey.published import COLUMNS, COMPARED, Published
from survey.responses import Responses
from survey.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import StudyResult

# With one of these a cell begins that a spreadsheet computes (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_open_data(
    study: Study, published: Published, assembly: Assembly, folder: Path, texts: Mapping[str, str]
) -> None:
    """Write the published tables, their codebooks and codes, and csv, svg and png of each figure.

    `texts` holds the published tables as CSV, by name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        _write_text(folder / f"{name}.csv", text)
    _write_rows(folder / "codebook.csv", list_column_rows(COLUMNS))
    _write_rows(folder / "codebook-comparisons.csv", list_column_rows(COMPARED))
    _write_rows(folder / "codes.csv", list_code_rows(study))
    for (language, name), figure in assembly.figures.items():
        target = folder / "figures" / language
        target.mkdir(parents=True, exist_ok=True)
        drawn = assembly.drawings[language, name].wide
        (target / f"{name}.svg").write_text(drawn.svg, encoding="utf-8")
        (target / f"{name}.png").write_bytes(drawn.png or b"")
        shown = mark_origin(published, figure.data.frame, (language,))
        _write_text(target / f"{name}.csv", _round_to_csv(shown))


def write_workbooks(books: Mapping[str, bytes], site: Path) -> None:
    """Write `tables.xlsx` for each language."""
    for language, content in books.items():
        (site / language).mkdir(parents=True, exist_ok=True)
        (site / language / "tables.xlsx").write_bytes(content)


def make_tables(
    study: Study, published: Published, store: Store, key: str, workers: Workers
) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the workbook of each language and the CSV of each published table, by name.

    `key` is the digest of what the published table was made from.
    """
    own = digest_bytes(key.encode(), digest_code("reports/outputs.py").encode())
    tables = {"published": published.rows, "comparisons": published.comparisons}
    work: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
        f"{language}.xlsx": (make_workbook, (study, published, language))
        for language in study.languages
    }
    for name, table in tables.items():
        work[f"{name}.csv"] = (_round_to_csv, (mark_origin(published, table, study.languages),))
    made: dict[str, Any] = {name: store.find("table", f"{own}-{name}") for name in work}
    missing = {name: piece for name, piece in work.items() if made[name] is None}
    for name, one in make_all(missing, workers, few=1):
        store.keep("table", f"{own}-{name}", one)
        made[name] = one
    books = {language: made[f"{language}.xlsx"] for language in study.languages}
    return books, {name: made[f"{name}.csv"] for name in tables}


def describe_private(study: Study, result: StudyResult, workers: Workers) -> dict[str, str]:
    """Return responses, estimates before the gate and findings as CSV, by the files' names.

    They hold what strangers typed, and are opened in spreadsheets: a cell of text that would begin
    a formula there (= + - @, a tab or a carriage return) gets an apostrophe before it.
    """
    frames = {"estimates": result.compared.rows, "comparisons": result.compared.comparisons}
    frames |= {f"responses-{wave}": _join(one.responses) for wave, one in result.waves.items()}
    frames |= {"findings": result.findings}
    work = {
        name: (_to_csv, (disarm_formulas(mark_origin(result.published, frame, study.languages)),))
        for name, frame in frames.items()
    }
    return dict(make_all(work, workers))


def write_private(texts: Mapping[str, str], folder: Path) -> None:
    """Write the private files: for the institute's eyes only."""
    folder.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    for name, text in texts.items():
        _write_text(folder / f"{name}.csv", text)


def _join(responses: Responses) -> pd.DataFrame:
    """Return one row a respondent: keys, answers, segments, flags and the weight used."""
    segments = responses.segments.add_prefix("segment ")
    joined = responses.keys.join(responses.values).join(segments).join(responses.flags)
    return joined.assign(weight_used=responses.weights).reset_index(names="respondent")


def disarm_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with an apostrophe before each text that a spreadsheet would compute."""

    def disarm(cell: object) -> object:
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

    texts = frame.select_dtypes(exclude=["number", "bool", "datetime"])
    return frame.assign(**{name: texts[name].map(disarm) for name in texts})


def _to_csv(frame: pd.DataFrame) -> str:
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _round_to_csv(frame: pd.DataFrame) -> str:
    """Return a table of published numbers, which are rounded already: a count as 223, not 223.0."""
    return str(frame.to_csv(index=False, lineterminator="\n", float_format="%.15g"))


def _write_rows(path: Path, rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    _write_text(path, text.getvalue())


def _write_text(path: Path, text: str) -> None:
    """Write UTF-8 with a byte order mark, since spreadsheets take it for another encoding else."""
    path.write_text(text, encoding="utf-8-sig")
