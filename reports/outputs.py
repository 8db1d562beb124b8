"""Published numbers and drawn figures in, open data and workbooks out; and the private files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.opendata import list_code_rows, list_column_rows, mark_origin
from analysis.workbook import make_workbook
from reports.assemble import Assembly
from survey.published import Published
from survey.study import Study

if TYPE_CHECKING:
    from analysis.pipeline import StudyResult


def write_open_data(study: Study, published: Published, assembly: Assembly, folder: Path) -> None:
    """Write the published table, its codebook and codes, and csv, svg and png of every figure."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = mark_origin(published, published.rows)
    _write_text(folder / "published.csv", rows.to_csv(index=False, lineterminator="\n"))
    _write_rows(folder / "codebook.csv", list_column_rows())
    _write_rows(folder / "codes.csv", list_code_rows(study))
    for (language, name), figure in assembly.figures.items():
        target = folder / "figures" / language
        target.mkdir(parents=True, exist_ok=True)
        drawn = assembly.drawings[language, name].wide
        (target / f"{name}.svg").write_text(drawn.svg, encoding="utf-8")
        (target / f"{name}.png").write_bytes(drawn.png or b"")
        frame = mark_origin(published, figure.data.frame)
        _write_text(target / f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))


def write_workbooks(study: Study, published: Published, site: Path) -> None:
    """Write `tables.xlsx` for each language."""
    for language in study.languages:
        (site / language).mkdir(parents=True, exist_ok=True)
        (site / language / "tables.xlsx").write_bytes(make_workbook(study, published, language))


def write_private(study: Study, result: StudyResult, folder: Path) -> None:
    """Write responses, estimates before the gate and findings: for the institute's eyes only."""
    folder.mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    for wave, made in result.waves.items():
        answers = made.responses
        segments = answers.segments.add_prefix("segment ")
        private = answers.keys.join(answers.values).join(segments).join(answers.flags)
        private = private.assign(weight_used=answers.weights)
        _write_text(
            folder / f"responses-{wave}.csv",
            mark_origin(result.published, private).to_csv(lineterminator="\n"),
        )
    for name, frame in (("estimates", result.compared.rows), ("findings", result.findings)):
        marked = mark_origin(result.published, frame)
        _write_text(folder / f"{name}.csv", marked.to_csv(index=False, lineterminator="\n"))


def _write_rows(path: Path, rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    _write_text(path, text.getvalue())


def _write_text(path: Path, text: str) -> None:
    """Write UTF-8 with a byte order mark, since spreadsheets take it for another encoding else."""
    path.write_text(text, encoding="utf-8-sig")
