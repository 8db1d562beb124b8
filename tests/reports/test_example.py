"""The example on the format's page goes all the way: declared, rehearsed, weighted, reported."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.phrases import phrase
from analysis.rehearse.export import rehearse_wave
from survey.load import load_study, locate_export
from tests.reports.conftest import Report


def test_the_example_is_rehearsed_and_reported(example: Path, tmp_path: Path) -> None:
    report = Report(example, tmp_path / "build")
    study = load_study(example, need_exports=False)
    rehearse_wave(study, "2025", locate_export(study, "2025"))
    built = report.make()
    assert (built.languages, built.waves) == (("en",), ("2025",))
    assert built.pages == len(list(report.site.glob("en/*.html"))) >= 6
    for page in report.site.glob("en/*.html"):
        assert phrase("en", "page.invented_notice") in page.read_text(encoding="utf-8"), page.name
    rows = pd.read_csv(report.site / "data/published.csv", dtype={"wave": str})
    weighted = rows[(rows["question"] == "frequency") & (rows["segment"].isna())]
    assert (weighted["value"] != weighted["unweighted"]).any()
    regular = weighted[weighted["answer"].isin(["monthly", "weekly"])]["value"].sum()
    assert abs(regular - 40) <= 1  # 2,400 of 6,000, as the margin counts
