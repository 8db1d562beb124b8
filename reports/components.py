"""What a cell yields, as Quarto Markdown: figures with their table and downloads, tables, parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analysis.phrases import phrase
from analysis.tell.tables import Table, escape_markdown
from reports.knit.page import KnittedPage

MARKS = re.compile(r"""["#$&*<>@\[\\\]^_`{|}~!]""")
# What else Python takes for the end of a line; a text pasted into a questionnaire may hold one.
OTHER_BREAKS = str.maketrans(dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
DRAWING = re.compile(r"@@drawing:([\w.-]+)@@")


class Component(Protocol):
    """Anything that can stand on a page."""

    def to_markdown(self) -> str: ...


def quote_attribute(text: str) -> str:
    """Return a text as the value of a Markdown attribute.

    What could be read as Markdown is written as a character reference, which Pandoc reads back: a
    backslash would do for Pandoc, but not for the marks that are looked for before it runs.
    """
    flat = " ".join(text.split())
    return '"' + MARKS.sub(lambda mark: f"&#{ord(mark[0])};", flat) + '"'


@dataclass(frozen=True)
class FigureFloat:
    """A figure: drawn inline in HTML (filled in by `fill_drawings`), an image elsewhere."""

    id: str
    name: str
    language: str
    alt: str
    caption: str
    table: Table

    def to_markdown(self) -> str:
        folder = f"../data/figures/{self.language}"
        words = {key: phrase(self.language, f"page.{key}") for key in ("show_table", "download")}
        links = " · ".join(
            f"[{kind.upper()}]({folder}/{self.name}.{kind})" for kind in ("csv", "svg", "png")
        )
        return f"""::: {{#{self.id}}}

::: {{.content-visible when-format="html"}}
```{{=html}}
@@drawing:{self.name}@@
```
:::

::: {{.content-hidden when-format="html"}}
![](../fig/{self.language}/{self.name}){{fig-alt={quote_attribute(self.alt)}}}
:::

{escape_markdown(self.caption)}

:::

::: {{.content-visible when-format="html"}}
```{{=html}}
<details class="figure-data"><summary>{words["show_table"]}</summary>
```

{self.table.to_markdown()}

{words["download"]} {links}

```{{=html}}
</details>
```
:::
"""


@dataclass(frozen=True)
class TableFloat:
    """A numbered table with its caption and notes."""

    id: str
    table: Table

    def to_markdown(self) -> str:
        return self.table.to_markdown(self.id)


@dataclass(frozen=True)
class Heading:
    """A heading within a chapter."""

    text: str
    depth: int = 2

    def to_markdown(self) -> str:
        return f"{'#' * self.depth} {escape_markdown(self.text)}"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str

    def to_markdown(self) -> str:
        return escape_markdown(self.text)


@dataclass(frozen=True)
class Parts:
    """Several components, one after the other."""

    parts: Sequence[Component]

    def to_markdown(self) -> str:
        return "\n\n".join(part.to_markdown() for part in self.parts)


def fill_drawings(page: KnittedPage, drawings: dict[str, str]) -> KnittedPage:
    """Put each drawn SVG where its figure stands; its lines come from the line of the figure."""
    lines: list[str] = []
    numbers: list[int] = []
    for line, number in zip(page.text.split("\n")[:-1], page.source_lines, strict=True):
        drawn = DRAWING.sub(lambda found: drawings[found.group(1)], line)
        filled = drawn.translate(OTHER_BREAKS).split("\n")
        lines += filled
        numbers += [number] * len(filled)
    return KnittedPage("".join(f"{line}\n" for line in lines), tuple(numbers))
