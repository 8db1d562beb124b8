"""A page is found in the store again only where everything on it is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.site import digest_page

PAGE = "---\ntitle: Stand\n---\n\n{{< include _stand.qmd >}}\n\nTot slot.\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "stand.qmd").write_text(PAGE, encoding="utf-8")
    (tmp_path / "_stand.qmd").write_text("{{< include _deel.qmd >}}\n", encoding="utf-8")
    (tmp_path / "_deel.qmd").write_text("Een deel.\n", encoding="utf-8")
    return tmp_path / "stand.qmd"


def test_a_page_is_another_when_anything_on_it_changes(page: Path) -> None:
    before = digest_page(page)
    assert digest_page(page) == before
    page.with_name("_deel.qmd").write_text("Een ander deel.\n", encoding="utf-8")
    changed = digest_page(page)
    page.write_text(PAGE.replace("Stand", "Stand nu"), encoding="utf-8")
    assert len({before, changed, digest_page(page)}) == 3


def test_a_page_that_lost_an_include_is_not_the_page_without_it(page: Path) -> None:
    page.with_name("_deel.qmd").unlink()
    lost = digest_page(page)
    page.with_name("_stand.qmd").write_text("", encoding="utf-8")
    assert digest_page(page) != lost
