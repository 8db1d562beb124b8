"""The house filters alone, on what Quarto hands them: the same as the embedded engine makes."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from reports.layout.pandoc import find_pandoc

THEME = Path(__file__).parents[2] / "reports" / "theme"
HOUSE, TABLES = THEME / "house.lua", THEME / "tables.lua"
TABLE = "| Groep | Meting | n |\n|:--|:--|--:|\n| a | 2024 | 1 |\n\n: {caption}\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ff"
    "ff3f0005fe02fe0def46b80000000049454e44ae426082"
)
# Quarto turns this extension off, and leaves the attributes of a caption as text.
AS_QUARTO = "markdown-table_attributes"


def run_house(text: str, fmt: str, reader: str, *filters: Path) -> str:
    command = [str(find_pandoc()), f"--from={reader}", f"--to={fmt}", "--wrap=none"]
    command += [f"--lua-filter={name}" for name in filters or (HOUSE, TABLES)]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, check=True
    ).stdout.replace("\n", "")


@pytest.mark.parametrize("reader", ["markdown", AS_QUARTO])
@pytest.mark.parametrize(
    ("caption", "shown", "headers"),
    [
        ("Zoals het hoort", "Zoals het hoort", 1),
        ('Twee kolommen {row-headers="2"}', "Twee kolommen", 2),
        ("Geen {.no-row-names}", "Geen", 0),
        ("Met een {woord} erin", "Met een {woord} erin", 1),
        ("Aan het eind een {woord}", "Aan het eind een {woord}\u2060", 1),
        ('Beide \\{woord\\} {row-headers="2"}', "Beide {woord}\u2060", 2),
    ],
)
def test_a_caption_says_how_many_columns_name_the_rows(
    reader: str, caption: str, shown: str, headers: int
) -> None:
    made = run_house(TABLE.format(caption=caption), "html", reader)
    assert f"<caption>{shown}</caption>" in made
    assert made.partition("<tbody>")[2].count("<th ") == headers
    assert "row-headers" not in made


def test_a_float_of_quarto_hands_its_attributes_to_its_table(tmp_path: Path) -> None:
    stand_in = tmp_path / "float.lua"
    stand_in.write_text(
        f"""
local give
for _, filter in ipairs(dofile([[{TABLES}]])) do give = filter.FloatRefTarget or give end
function Table(tbl)
  local float = {{ attributes = {{ ["row-headers"] = "2" }}, content = tbl,
                  classes = pandoc.List({{ "no-row-names", "wide" }}) }}
  float = give(float)
  assert(float.attributes["row-headers"] == nil and #float.classes == 1)
  assert(give(float) == nil)
  return float.content
end
"""
    )
    made = run_house(TABLE.format(caption="Wat"), "html", "markdown", stand_in)
    assert '<table class="no-row-names" data-row-headers="2">' in made


def test_a_table_without_a_name_keeps_its_caption_in_typst_and_gets_no_number() -> None:
    made = run_house(TABLE.format(caption="Wat"), "typst", AS_QUARTO)
    opening = '#figure(kind: "unnumbered-table", supplement: none, numbering: none, caption:'
    assert opening in made
    assert made.count("Wat") == 1
    named = run_house(TABLE.format(caption="Wat {#tbl-x}"), "typst", "markdown")
    assert opening not in named


def write_word(text: str, folder: Path) -> str:
    out = folder / "a.docx"
    command = [str(find_pandoc()), "--from=markdown", f"--output={out}"]
    command += [f"--lua-filter={name}" for name in (HOUSE, TABLES)]
    subprocess.run(command, input=text, text=True, check=True, cwd=folder)
    with zipfile.ZipFile(out) as archive:
        return archive.read("word/document.xml").decode("utf-8")


def test_word_speaks_the_alternative_text_of_an_image(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    document = write_word('Zie ![](a.png){fig-alt="Staaf: 58%."}.\n', tmp_path)
    assert 'descr="Staaf: 58%."' in document


def test_the_notes_of_a_table_are_small_print(tmp_path: Path) -> None:
    text = "::: {.table-notes}\nn is ongewogen.\n:::\n"
    assert re.search(r"#set text\(size: 8pt.*n is ongewogen\.", run_house(text, "typst", AS_QUARTO))
    assert '<div class="table-notes">' in run_house(text, "html", AS_QUARTO)
    assert '<w:pStyle w:val="TableNotes" />' in write_word(text, tmp_path)


def test_in_word_columns_are_as_wide_as_their_text_where_all_of_it_fits(tmp_path: Path) -> None:
    table = "| Groep | n |\n|:--|--:|\n| Openbare bibliotheken en archieven | 1 |\n"
    first, second = map(int, re.findall(r'<w:gridCol w:w="(\d+)"', write_word(table, tmp_path)))
    assert 5 * second < first < 7920 / 2  # the width that Pandoc divides
    assert "columns: 2" in run_house(table, "typst", "markdown")


def test_word_has_publisher_date_and_licence_on_a_title_page(tmp_path: Path) -> None:
    said = "publisher: Instituut\ndate-text: 2 februari 2026\nlicence: CC-BY-4.0\n"
    page = write_word(f"---\ntitle: A\ntitle-page: true\n{said}---\n", tmp_path)
    shown = [re.sub(r"<w:br />|<[^>]+>|\s+", lambda m: "/" * (m[0] == "<w:br />"), part)
             for part in re.findall(r"<w:p>.*?</w:p>", page, re.DOTALL)]  # fmt: skip
    assert shown == ["A", "Instituut", "2februari2026/CC-BY-4.0"]
    assert "CC-BY" not in write_word(f"---\ntitle: A\n{said}---\n", tmp_path)


@pytest.mark.parametrize(
    ("words", "after", "kept"),
    [
        ("Kies er drie.", TABLE.format(caption="Wat"), 1),
        ("Kies er drie.\n\nAlleen in 2026.", TABLE.format(caption="Wat"), 2),
        (" ".join(["Een lange alinea."] * 40), TABLE.format(caption="Wat"), 0),
        ("Kies er drie.", "Dan een alinea.", 0),
        ("Dit is het gemiddelde:", "$$n$$", 1),
        ("Dit is het gemiddelde:", '[$$n$$]{alt="n"}', 1),
        ("Dit is het gemiddelde:", "Zo $n$.", 0),
        ("In een kader.", f"::: {{.kader}}\n{TABLE.format(caption='Wat')}\n:::", 1),
        ("Op het web.", f"::: {{.content-hidden}}\n{TABLE.format(caption='Wat')}\n:::", 0),
    ],
)
def test_words_that_lead_to_a_table_or_a_formula_stay_with_it(
    words: str, after: str, kept: int, tmp_path: Path
) -> None:
    text = f"# Vraag\n\n{words}\n\n{after}\n"
    assert run_house(text, "typst", "markdown").count("#block(sticky: true") == kept
    assert write_word(text, tmp_path).count('<w:pStyle w:val="TableLead" />') == kept
    assert words in run_house(text, "html", "markdown-smart").replace("</p><p>", "\n\n")


@pytest.mark.parametrize("text", ["Zo’n ‘€ 10.000’ en ‘wat?’ erbij", "It is “ten” and ‘3 of 20’."])
def test_curled_marks_reach_typst_as_they_are(text: str) -> None:
    written = run_house(text, "typst", "markdown")
    assert [sign for sign in written if sign in "‘’“”'\""] == [
        sign for sign in text if sign in "‘’“”"
    ]
    assert run_house(text, "html", "markdown") == f"<p>{text}</p>"
