"""Every way to type a number by hand is caught; what only looks like one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.check.typed_numbers import (
    compile_phrases,
    find_in_text,
    find_typed_numbers,
    list_pages,
)
from reports.check.words import list_languages, read_words

PHRASES = [
    (language, number, phrase)
    for language in list_languages()
    for number, phrase in enumerate(read_words(language)["phrase"])
]


def list_examples(table: str, kind: str) -> list[str]:
    return [one for language in list_languages() for one in read_words(language)[table][kind]]


def list_found(page: str, **options: list[str]) -> list[str]:
    return [found.split('"')[1] for _, found in find_in_text(page, **options)]


@pytest.mark.parametrize(
    ("language", "number", "example"),
    [(lang, number, text) for lang, number, phrase in PHRASES for text in phrase["caught"]],
)
def test_each_number_word_is_caught_by_its_own_pattern(language, number, example):
    assert compile_phrases(language)[number].search(example)
    assert find_in_text(f"Volgens {example}, zo blijkt.", languages=[language])


@pytest.mark.parametrize(
    ("language", "example"),
    [(lang, text) for lang, _, phrase in PHRASES for text in phrase["passes"]],
)
def test_what_only_looks_like_a_number_passes(language, example):
    assert find_in_text(f"Het gaat om {example}.", languages=[language]) == []


@pytest.mark.parametrize(
    "page",
    [
        "::: {.notice}\nEen derde zegt dit.\n:::\n",
        "::: {.notice}\nTekst.\n:::\n\nEen derde zegt dit.\n",
        "Eén op de drie musea zegt dit.",
        "Tekst.[^a]\n\n[^a]: 61 procent zegt dit.\n",
    ],
)
def test_a_number_within_or_after_a_div_and_in_a_note_is_caught(page):
    assert find_in_text(page)


@pytest.mark.parametrize(
    "name",
    [
        "een top-2",
        "onder CC BY 4.0",
        "under EUPL-1.2",
        "in UTF-8",
        *list_examples("names", "passes"),
    ],
)
def test_names_of_scales_pass(name):
    assert find_in_text(f"Gevraagd {name} in elke golf.") == []


@pytest.mark.parametrize("year", list_examples("years", "passes"))
def test_years_pass(year):
    assert find_in_text(f"Gevraagd {year}") == []


@pytest.mark.parametrize("amount", list_examples("years", "caught"))
def test_amounts_that_look_like_years_are_caught(amount):
    assert find_in_text(f"Dat was {amount}.")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Van hen gebruikt 45% AI.", "45%"),
        ("Van hen gebruikt 45,5 procent AI.", "45,5"),
        ("| a | 12 |", "12"),
        ("## De 3 thema's", "3"),
        ("*18* van hen", "18"),
        ("een noot.^[Van de 215 antwoorden.]", "215"),
        ("bij 1.200 musea", "1.200"),
        ("op 15 januari 2024", "15"),
        ("[12 musea](musea.html)", "12"),
        ("![Van de 12 musea](musea.png)", "12"),
        ("prijs: €40", "€40"),
        ("de\nhelft van allen", "de helft"),
        ("de **helft** van allen", "de **helft"),
    ],
)
def test_figures_in_prose_are_caught(typed, found):
    assert found.removeprefix("de ").strip("*") in " ".join(list_found(typed))


@pytest.mark.parametrize(
    "page",
    [
        "Van hen gebruikt `{python} share('q1', '3')` AI.",
        "Code `x = 45` en ``een ` 3``.",
        "```{python}\nx = 45  # de helft\n```\n",
        "~~~\n45\n```\n12\n~~~\n",
        "---\ntoc-depth: 3\nlang: nl\n---\nTekst.\n",
        "::: {#fig-12 .box width=50%}\nTekst.\n:::\n",
        "::: box2\nTekst.\n:::\n",
        "1. een\n2. twee\n10) tien\n",
        "(1) een\n",
        "## Kop {#sec-2b .h2}\n",
        "[tekst](pagina-2.html#deel-3)",
        "[tekst]: https://example.org/12\n",
        "<https://example.org/12> en https://example.org/34",
        "Zie @jansen2023a en [@piet12, p. 34] en @fig-1.",
        "Een noot[^12].\n\n[^12]: De tekst.\n",
        "$z_{0.975} = 1.96$ en\n$$\n\\frac{1}{2}\n$$\n",
        "<div data-n='12'>tekst</div> <!-- 45 -->",
        "{{< include _deel2.qmd >}}",
        "Met [GPT-4]{.name} en [Microsoft 365]{.name lang=en}.",
        "CO₂ en m².",
    ],
)
def test_what_is_no_prose_passes(page):
    assert find_in_text(page) == []


def test_titles_are_prose_also_in_settings_and_cells():
    page = (
        "---\ntitle: Een derde doet mee\n---\n\n```{python}\n#| fig-cap: Van de 12 musea\nx\n```\n"
    )
    assert [line for line, _ in find_in_text(page)] == [2, 6]


def test_text_after_a_closed_cell_is_prose_again():
    assert list_found("```{python}\n1\n```\nVan 12.\n\n```\n3\n```\nEn 13.") == ["12", "13"]


def test_the_ids_of_waves_may_stand_in_the_text():
    assert find_in_text("In w25 en wave 3.", waves=["w25", "3"]) == []
    assert list_found("In w25 zeiden 3 het.", waves=["w25", "3"]) == ["3"]
    assert find_in_text("In w25.") != []


def test_a_fault_names_file_line_and_way_out(tmp_path: Path):
    folder = tmp_path / "reports" / "pages" / "nl"
    folder.mkdir(parents=True)
    (folder / "index.qmd").write_text("# Kop\n\nRuim een derde doet mee.\n", encoding="utf-8")
    study = tmp_path / "elsewhere"
    (study / "pages").mkdir(parents=True)
    (study / "pages" / "who.qmd").write_text("One in three.\n", encoding="utf-8")
    pages = list_pages(tmp_path, [study])
    first, second = find_typed_numbers(pages, root=tmp_path)
    assert first.where == "elsewhere/pages/who.qmd:1"
    assert second.where == "reports/pages/nl/index.qmd:3"
    assert second.found == '"een derde" in "…Ruim een derde doet mee.…"'
    assert "`{python} share(…)`" in second.todo
