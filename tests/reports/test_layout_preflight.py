"""Every stop is found on the sources, with file, line, what and way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.layout.faults import PageFaults
from reports.layout.preflight import check_pages, find_faults

FRONT = "---\ntitle: Stand\n---\n\n"  # four lines: the text begins on line 5
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'

SOUND = """## Kop {#sec-kop}

Zie @fig-a, -@tbl-b, [@fig-c] en @sec-kop; volgens @rao1984. Mail a@b.nl, `@niets`.[^n]

[^n]: Noot.

::: {#fig-a}

::: {.content-visible when-format="html"}
```{=html}
<svg id="x"></svg>
```
:::

::: {.content-hidden when-format="html"}
![](../fig/a){fig-alt="Een staaf."}
:::

Onderschrift

:::

![Bijschrift](../fig/a.svg){#fig-c fig-alt="Een staaf."}

| A | B |
|:--|--:|
| a | 1 |

: Tabel {#tbl-b}

Formule $n = \\frac{1}{w_i}$ en [$\\aleph$]{alt="alef"}, en $$\\text{eff} \\leq 2$$

::: {.notice}
Let op.
:::
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "nl").mkdir()
    (tmp_path / "fig").mkdir()
    for suffix in ("svg", "png"):
        (tmp_path / "fig" / f"a.{suffix}").write_text(SVG)
    (tmp_path / "_quarto.yml").write_text(
        "format:\n  typst:\n    number-sections: true\nbibliography: refs.bib\n"
    )
    (tmp_path / "nl" / "_metadata.yml").write_text("lang: nl\n")
    (tmp_path / "refs.bib").write_text("@article{rao1984, title={T}}\n")
    return tmp_path


def faults_of(project: Path, body: str, front: str = FRONT) -> list[str]:
    page = project / "nl" / "stand.qmd"
    page.write_text(front + body, encoding="utf-8")
    return [
        f"{fault.file.name}:{fault.line}: {fault.what} {fault.way_out}"
        for fault in find_faults(project, [page])
    ]


def test_a_sound_page_has_no_faults(project: Path) -> None:
    assert faults_of(project, SOUND) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("```text\na\n", "5: A code block is not closed."),
        ("```{python}\nx\n```\n", "5: A cell was not run."),
        ("```{=latex}\nx\n```\n", "5: A raw block in latex."),
        ("::: {.notice}\na\n", "5: The Div {.notice} is not closed."),
        ("a\n\n:::\n", "7: A ::: closes nothing."),
        ("a\n::: {.notice}\nb\n:::\n", "6: A Div follows text without a blank line."),
        ("a\n## Kop\n", "6: A heading follows text without a blank line."),
        ("::: {#fig-a}\n![](../fig/a){fig-alt='a'}\n:::\n", "5: The float fig-a has no caption."),
        ("Zie @fig-a.\n", "5: @fig-a refers to nothing on this page."),
        ("Zie @tbl-a.\n", "5: @tbl-a refers to nothing on this page."),
        ("Zie @sec-a.\n", "5: @sec-a refers to nothing on this page."),
        ("# A {#a}\n\n# B {#a}\n", "7: The id a stands on stand.qmd line 5 too."),
        (
            '# A {#a}\n\n```{=html}\n<p id="a">\n```\n',
            "8: The id a stands on stand.qmd line 5 too.",
        ),
        ("Volgens @rao1985.\n", "5: There is no source rao1985. Is rao1984 meant?"),
        ("Ook [zie @anders; @rao1984].\n", "5: There is no source anders."),
        ("# A {#sec-a}\n\n[@sec-a; @rao1984]\n", "7: [@sec-a; @rao1984] refers to several things"),
        ("a[^n]\n", "5: Note n has no text."),
        ("[^n]: a\n", "5: Note n is not called."),
        ("![](../fig/a)\n", "5: The image ../fig/a has no alternative text."),
        ("![Titel](../fig/a){#fig-a}\n", "5: The image ../fig/a has no alternative text."),
        ("![x](../../a.svg)\n", "5: The image ../../a.svg is not in the project folder."),
        ("![x](../fig/b)\n", "5: The image ../fig/b is missing: no b.png."),
        ("![x](https://a.nl/b.svg)\n", "5: The image https://a.nl/b.svg lies elsewhere."),
        ("<table><tr><td>a</td></tr></table>\n", "5: A table in raw HTML is outside the subset"),
        ("```{=html}\n<script>a</script>\n```\n", "6: Active content is outside the subset"),
        ("```{=html}\n<img src=a.png>\n```\n", "6: An image without alternative text is outside"),
        (
            '```{=html}\n<link href="https://a.nl/b.css">\n```\n',
            "6: Something loaded from elsewhere",
        ),
        ("::: {.callout-note}\na\n:::\n", "5: A callout is outside the subset"),
        ("::: {.panel-tabset}\na\n:::\n", "5: A tabset is outside the subset"),
        ("::: {.column-margin}\na\n:::\n", "5: A layout class is outside the subset"),
        ("::: {layout-ncol=2}\na\n:::\n", "5: A layout is outside the subset"),
        ("{{< video a.mp4 >}}\n", "5: A shortcode is outside the subset"),
        ("{{< include _weg.qmd >}}\n", "5: Included file _weg.qmd does not exist."),
        ("{{< include stand.qmd >}}\n", "5: stand.qmd includes itself."),
        ("[a]{.content-visible when-format=pdf}\n", "5: Format pdf is not known. Allowed: html,"),
        ("[a]{.content-visible when-profile=a}\n", "5: Condition when-profile is not known."),
        ("[a]{.content-hidden}\n", "5: A condition says nothing."),
        ("Dus $\\aleph = 1$.\n", "5: There are no words for \\aleph in the formula $\\aleph = 1$."),
        ("$$\na\n$$\n", "5: A formula runs over several lines."),
    ],
)
def test_a_fault_is_found_with_its_line(project: Path, body: str, fault: str) -> None:
    found = faults_of(project, body)
    assert any(line.startswith(f"stand.qmd:{fault}") for line in found), found


@pytest.mark.parametrize(
    "text",
    [
        r"Een antwoord: \<script\>, \<table\>, \<img\> en \<iframe\>.",
        r"Geschreven aan \@niemand, als \[^n\], \{#a\} en \{#a\}.",
        r"Het kost \$ 5 of \$\$ 6, en \$\aleph\$ is geen formule.",
        r"\::: en \{\{\< video \>\}\}",
        r"\!\[\](https://a.nl/b.svg)",
        r"Een los teken ` en een \` met `@niemand` erna, en \`` `` <table> ` `` ook.",
        r"In code helpt geen streep: `a\` en ``<table> ` a``.",
        r"Een `<!-- ` is code en geen opmerking, `@niemand`.",
        r"<!-- ` --> tekst <!-- <table> ` -->",
    ],
)
def test_escaped_marks_and_code_are_no_faults(project: Path, text: str) -> None:
    assert faults_of(project, f"{text}\n") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (r"Een streep \\<table>", "A table in raw HTML"),
        (r"Na \` komt <table> en `", "A table in raw HTML"),
        (r"Na \\`code` komt <table>", "A table in raw HTML"),
        (r"Een streep \\$\aleph$", r"There are no words for \aleph"),
        (r"`` is geen code, <table> `", "A table in raw HTML"),
    ],
)
def test_an_escape_hides_nothing_but_its_mark(project: Path, text: str, fault: str) -> None:
    assert fault in faults_of(project, f"{text}\n")[0]


def test_all_faults_come_at_once_and_name_the_chapter(project: Path) -> None:
    (project / "nl" / "_deel.qmd").write_text("Zie @fig-x.\n\n{{< include _weg.qmd >}}\n")
    assert faults_of(project, "Volgens @niemand.\n\n{{< include _deel.qmd >}}\n") == [
        "_deel.qmd:1: @fig-x refers to nothing on this page. Allowed: none are declared.",
        "_deel.qmd:3: Included file _weg.qmd does not exist. Chapters in this folder: _deel.qmd.",
        "stand.qmd:5: There is no source niemand. Allowed: rao1984.",
    ]


def test_front_matter_is_read_with_care(project: Path) -> None:
    assert faults_of(project, "a\n", front="---\ntitle: Stand: AI\n---\n\n")[0].startswith(
        "stand.qmd:2: Front matter is not a YAML mapping: mapping values are not allowed"
    )
    assert faults_of(project, "a\n", front="---\ntitle: a\n")[0].startswith(
        "stand.qmd:1: Front matter is not closed."
    )
    assert faults_of(project, "a\n", front="") == [
        "stand.qmd:1: The page has no title. Begin it with ---, a line `title: …`, and ---."
    ]


def test_sections_need_numbers_to_be_referred_to(project: Path) -> None:
    (project / "_quarto.yml").write_text("format: {typst: {toc: true}}\n")
    assert faults_of(project, "# A {#sec-a}\n\nZie @sec-a.\n") == [
        "stand.qmd:7: @sec-a refers to a section, and sections have no numbers. "
        "Set number-sections: true for typst, or name the section in words."
    ]


def test_faults_lead_back_to_the_page_somebody_wrote(project: Path) -> None:
    page = project / "nl" / "stand.qmd"
    page.write_text("---\ntitle: a\n---\n\n\nZie @fig-x.\n")
    author = Path("reports/nl/stand.qmd")
    origins = {page.resolve(): (author, (1, 2, 3, 4, 4, 9))}
    with pytest.raises(PageFaults) as caught:
        check_pages(project, [page], origins)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [(author, 9)]


MARKS = [
    "```",
    "~~~",
    ":::",
    "::: {.notice}",
    "::: {#fig-a}",
    "$",
    "$$",
    "[^n]",
    "[^n]:",
    "@fig-a",
    "@",
    "{{<",
    "![](",
    "a",
    "",
    "# A",
    "| a |",
    "<!--",
    "`",
    "{=html}",
    "---",
    "[a]{alt=",
]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(st.sampled_from(MARKS), max_size=3).map(" ".join), max_size=12))
def test_any_text_gets_faults_or_none_on_lines_it_has(project: Path, lines: list[str]) -> None:
    page = project / "nl" / "stand.qmd"
    page.write_text(FRONT + "\n".join(lines), encoding="utf-8")
    last = len(page.read_text("utf-8").splitlines())
    faults = find_faults(project, [page])
    assert all(1 <= fault.line <= last and fault.file == page for fault in faults)
    assert list(faults) == sorted(set(faults))
