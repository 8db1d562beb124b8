"""Published numbers and drawn figures in, open data and workbooks out; and the private files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.opendata import list_code_rows, list_column_rows, mark_origin
from analysis.workbook import make_workbook
from reports.assemble import Assembly
from reports.manifest import digest_code
from reports.parallel import make_all
from reports.store import Store, digest_bytes
from survey.published import COLUMNS, COMPARED, Published
from survey.responses import Responses
from survey.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pipeline import StudyResult


def write_open_data(
    study: Study, published: Published, assembly: Assembly, folder: Path, store: Store, key: str
) -> None:
    """Write the published tables, their codebooks and codes, and csv, svg and png of each figure.

    `key` is the digest of what the published table was made from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = _add_own_code(key)
    tables = {"published": published.rows, "comparisons": published.comparisons}
    for name, table in tables.items():
        text = store.get_or_make("csv", f"{kept}-{name}", partial(_to_csv, published, table))
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
        _write_text(target / f"{name}.csv", _to_csv(published, figure.data.frame))


def write_workbooks(
    study: Study, published: Published, site: Path, store: Store, key: str, jobs: int
) -> None:
    """Write `tables.xlsx` for each language."""
    keys = {language: f"{key}-{language}" for language in study.languages}
    found = {language: store.find("workbook", keys[language]) for language in study.languages}
    books: dict[str, bytes] = {language: book for language, book in found.items() if book}
    work = {
        language: (make_workbook, (study, published, language))
        for language in study.languages
        if language not in books
    }
    for language, made in make_all(work, jobs, few=1):
        store.keep("workbook", keys[language], made)
        books[language] = made
    for language, content in books.items():
        (site / language).mkdir(parents=True, exist_ok=True)
        (site / language / "tables.xlsx").write_bytes(content)


def describe_private(result: StudyResult) -> dict[str, str]:
    """Return responses, estimates before the gate and findings as CSV, by the files' names."""
    frames = {f"responses-{wave}": _join(one.responses) for wave, one in result.waves.items()}
    frames |= {"estimates": result.compared.rows, "findings": result.findings}
    frames |= {"comparisons": result.compared.comparisons}
    return {name: _to_csv(result.published, frame) for name, frame in frames.items()}


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


def _add_own_code(key: str) -> str:
    return digest_bytes(key.encode(), digest_code("reports/outputs.py").encode())


def _to_csv(published: Published, frame: pd.DataFrame) -> str:
    return str(mark_origin(published, frame).to_csv(index=False, lineterminator="\n"))


def _write_rows(path: Path, rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    _write_text(path, text.getvalue())


def _write_text(path: Path, text: str) -> None:
    """Write UTF-8 with a byte order mark, since spreadsheets take it for another encoding else."""
    path.write_text(text, encoding="utf-8-sig")
