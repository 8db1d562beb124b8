"""A Quarto page in, its prose out: the same text with everything else blanked, place for place."""

from __future__ import annotations

import re

# Each pattern is blanked in this order; what an earlier one took, a later one no longer sees.
BLANKED = (
    r"<!--.*?-->",  # a remark
    r"\$\$.*?\$\$",  # a formula of its own
    r"(`+)(?!`).*?(?<!`)\1(?!`)",  # inline cells and inline code
    r"\{\{<.*?>\}\}",  # a shortcode
    r"(?<![\w$\\])\$(?![\s$])[^$\n]*?(?<!\s)\$(?!\d)",  # a formula in a line
    r"(?m)^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*\S+",  # the address of a reference link
    r"\[\^[^\]\n]+\]:?",  # the mark of a note
    r"(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)",  # the target of a link or picture
    r"<https?://[^>\s]+>|https?://[^\s)>\]]+",  # a bare address
    r"\[[^\[\]\n]*\]\{[^{}\n]*\.name\b[^{}\n]*\}",  # a proper name, marked as one
    r"(?m)^ {0,3}:{3,}[^\n]*$",  # the fence of a Div
    r"\{[^{}\n]*\}",  # attributes
    r"</?[A-Za-z][^<>]*>",  # a tag of raw HTML
    # a citation or cross-reference, with its pages where it stands in brackets
    r"(?<!\w)-?@\{[^}\n]*\}|(?<!\w)-?@\w[\w:.#$%&\-+?<>~/]*(?:[^\[\]\n]*(?=\]))?",
    r"(?m)^[ \t>]*\(?(?:\d+|[a-z])[.)](?=\s)",  # the marker of a list
)
TITLES = re.compile(r"^\s*(?:title|subtitle|pagetitle|description|abstract)\s*:\s*(?P<text>.*)$")
CELL_TITLES = re.compile(r"^\s*#\|\s*[\w-]*(?:cap|alt|title|subtitle)\s*:\s*(?P<text>.*)$")
FENCE = re.compile(r"^(?P<indent> {0,3}(?:> ?)*)(?P<mark>`{3,}|~{3,})(?P<info>.*)$")


def blank_all_but_prose(page: str) -> str:
    """Return the page with code, markup and settings as blanks; lines and columns stay."""
    text = "\n".join(_blank_blocks(page.splitlines()))
    for pattern in BLANKED:
        text = re.sub(pattern, lambda found: _blank(found.group()), text, flags=re.DOTALL)
    return text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _blank_blocks(lines: list[str]) -> list[str]:
    """Blank front matter and fenced code, except what a reader gets to see of them as text."""
    kept: list[str] = []
    fence: str | None = None
    in_settings = bool(lines) and lines[0].rstrip() == "---"
    for number, line in enumerate(lines):
        opened = FENCE.match(line)
        if in_settings:
            kept.append(_keep_text(TITLES, line))
            in_settings = number == 0 or line.rstrip() not in ("---", "...")
        elif fence is None and opened and "`" not in opened["info"]:
            fence = opened["mark"]
            kept.append(_blank(line))
        elif fence is not None:
            kept.append(_keep_text(CELL_TITLES, line))
            if opened and opened["mark"].startswith(fence) and not opened["info"].strip():
                fence = None
        else:
            kept.append(line)
    return kept


def _keep_text(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.match(line)
    if not found:
        return _blank(line)
    return " " * found.start("text") + found["text"]
