"""A scanned page goes in; the faults of its blocks come out: fences, Divs, floats, the subset."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.layout.faults import Fault
from reports.layout.scan import Div, Line, ScannedPage
from reports.layout.settings import FORMATS
from reports.layout.words import name_token, words_for

CONDITIONS = ("when-format", "unless-format", "when-meta", "unless-meta")
# Constructs of Quarto that one of the engines, or one of the formats, would silently degrade.
OUTSIDE = (
    (re.compile(r"\.callout\b|\.callout-\w+"), "A callout", "Write ::: {.notice}."),
    (re.compile(r"\.panel-tabset\b"), "A tabset", "Write ::: {.tabs} around ::: {.tab title=…}."),
    (re.compile(r"\.(column|aside|panel-\w+|cell)\b"), "A layout class", "Leave it out."),
    (re.compile(r"\b(layout|layout-ncol|layout-nrow)="), "A layout", "Leave it out."),
    (re.compile(r"\{\{<"), "A shortcode", "Only {{< include _chapter.qmd >}} is known."),
)
_RAW_OUTSIDE = (
    (re.compile(r"<table\b", re.I), "A table in raw HTML", "Write it in Markdown: Word and PDF."),
    (re.compile(r"<(script|iframe|object|embed)\b", re.I), "Active content", "Leave it out."),
    (
        re.compile(r"\b(src|href)=[\"']?(https?:)?//\S*\.(js|css|png|jpe?g|svg|woff2?)\b", re.I),
        "Something loaded from elsewhere",
        "Put the file in the project.",
    ),
    (
        re.compile(r"<img\b(?![^>]*\balt=[\"'][^\"'])", re.I),
        "An image without alternative text",
        'Give it alt="…".',
    ),
)
_TOKEN = re.compile(r"\\([A-Za-z]+)|(\\[^A-Za-z])|([^\sA-Za-z0-9.{}])")
_WORD_ARGUMENT = re.compile(r"\\(text|mathrm|mathit|mathbf|operatorname)\s*\{[^{}]*\}")


def check_blocks(scanned: ScannedPage) -> Iterator[Fault]:
    """Find every fault of the blocks of a page."""
    yield from _check_title(scanned)
    yield from _check_fences(scanned)
    yield from _check_divs(scanned)
    yield from _check_floats(scanned)
    yield from _check_headings(scanned)
    for line in scanned.lines:
        yield from _check_subset(line)
        yield from _check_formulas(line, scanned)


def _check_title(scanned: ScannedPage) -> Iterator[Fault]:
    is_unread = any(fault.what.startswith("Front matter") for fault in scanned.page.faults)
    if not scanned.page.metadata.get("title") and not is_unread:
        way_out = "Begin it with ---, a line `title: …`, and ---."
        yield Fault(scanned.page.path, 1, "The page has no title.", way_out)


def _check_fences(scanned: ScannedPage) -> Iterator[Fault]:
    for fence in scanned.fences:
        line = scanned.lines[fence.opening]
        if fence.closing is None:
            way_out = "Close it with a line of the same marks, alone on its line."
            yield line.fault("A code block is not closed.", way_out)
        if fence.is_python_cell:
            yield line.fault("A cell was not run.", "Knit the page first.")
        if line.raw and line.raw != "html":
            way_out = "Only {=html} is known, within a Div with when-format=html."
            yield line.fault(f"A raw block in {line.raw}.", way_out)


def _check_divs(scanned: ScannedPage) -> Iterator[Fault]:
    for index in scanned.stray:
        yield scanned.lines[index].fault("A ::: closes nothing.", "Remove it, or open its Div.")
    for div in scanned.divs:
        line = scanned.lines[div.opening]
        if div.closing is None:
            yield line.fault(f"The Div {div.attributes} is not closed.", "Close it with :::.")
        before = scanned.lines[div.opening - 1] if div.opening else None
        if before is not None and before.source.text.strip():
            yield line.fault("A Div follows text without a blank line.", "Put one before it.")


def _check_floats(scanned: ScannedPage) -> Iterator[Fault]:
    for div in scanned.divs:
        match = re.search(r"#((fig|tbl)-[\w.-]+)", div.attributes)
        if match is None or div.closing is None:
            continue
        line = scanned.lines[div.opening]
        if not _ends_with_paragraph(scanned, div):
            way_out = "Its last paragraph, after a blank line, is its caption."
            yield line.fault(f"The float {match[1]} has no caption.", way_out)


def _ends_with_paragraph(scanned: ScannedPage, div: Div) -> bool:
    inside = scanned.lines[div.opening + 1 : div.closing]
    texts = [line.source.text.strip() for line in inside]
    while texts and not texts[-1]:
        texts.pop()
    blank = max((index for index, text in enumerate(texts) if not text), default=-1)
    last = texts[blank + 1 :]
    # Something must precede the caption, and it is neither table, fence nor Div.
    return blank > 0 and bool(last) and not re.match(r"[:`~|+<!#]|-{3,}", last[0])


def _check_headings(scanned: ScannedPage) -> Iterator[Fault]:
    before = ""
    for line in scanned.lines:
        if re.match(r"#{1,6}\s", line.prose) and before.strip():
            yield line.fault("A heading follows text without a blank line.", "Put one before it.")
        before = line.source.text


def _check_subset(line: Line) -> Iterator[Fault]:
    patterns = _RAW_OUTSIDE if line.raw else OUTSIDE + _RAW_OUTSIDE
    text = line.source.text if line.raw else line.prose
    for pattern, what, way_out in patterns:
        if pattern.search(text):
            yield line.fault(f"{what} is outside the subset of pages.", way_out)
    for attributes in re.findall(r"\{[^}]*\.content-(?:visible|hidden)[^}]*\}", line.prose):
        yield from _check_condition(line, attributes)


def _check_condition(line: Line, attributes: str) -> Iterator[Fault]:
    given = re.findall(r"([\w-]+)=[\"']?([\w.-]+)", attributes)
    if not given:
        yield line.fault("A condition says nothing.", f"Allowed: {', '.join(CONDITIONS)}.")
    for name, value in given:
        if name not in CONDITIONS:
            yield line.fault(
                f"Condition {name} is not known.", f"Allowed: {', '.join(CONDITIONS)}."
            )
        elif name.endswith("-format") and value not in FORMATS:
            yield line.fault(f"Format {value} is not known.", f"Allowed: {', '.join(FORMATS)}.")


def _check_formulas(line: Line, scanned: ScannedPage) -> Iterator[Fault]:
    if "$$" in line.prose:
        yield line.fault("A formula runs over several lines.", "Write $$…$$ on one line.")
    if not line.formulas:
        return
    spoken = words_for(str(scanned.settings.get("lang", "en"))).spoken
    known = {name_token(token) for token in spoken}
    for formula in line.formulas:
        for match in _TOKEN.finditer(_WORD_ARGUMENT.sub("", formula)):
            token = match[1] or match[2] or match[3]
            if name_token(token) not in known:
                yield line.fault(
                    f"There are no words for {match[0]} in the formula ${formula}$.",
                    'Say it yourself: [$…$]{alt="the formula in words"}.',
                )
                break
