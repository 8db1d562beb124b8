"""What a cell yields, as Quarto Markdown: figures with their table and downloads, tables, parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from analysis.phrases import phrase
from analysis.tables import Table

DRAWING = re.compile(r"@@drawing:([\w.-]+)@@")
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$@^~\"'&:;=%/,?])")


class Component(Protocol):
    """Anything that can stand on a page."""

    def to_markdown(self) -> str: ...


def escape_markdown(text: str) -> str:
    """Escape every punctuation mark, so that a text from data can be nothing but text."""
    return SPECIAL.sub(r"\\\1", text)


def quote_attribute(text: str) -> str:
    """Return a text as the value of a Markdown attribute."""
    flat = " ".join(text.split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
class Parts:
    """Several components, one after the other."""

    parts: Sequence[Component | str]

    def to_markdown(self) -> str:
        texts = (part if isinstance(part, str) else part.to_markdown() for part in self.parts)
        return "\n\n".join(texts)


def fill_drawings(markdown: str, drawings: dict[str, str]) -> str:
    """Put each drawn SVG where its figure stands."""
    return DRAWING.sub(lambda found: drawings[found.group(1)], markdown)
