"""One wave's raw table and its study in, `Responses` and every finding out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.clean.doubts import compute_completeness, find_speed_limit, find_straightliners
from analysis.clean.keys import read_keys
from analysis.clean.match import match_columns
from analysis.clean.notebook import Notebook
from analysis.clean.parsed import Parsed
from analysis.clean.presence import apply_reach, apply_routing
from analysis.clean.questions import parse_questions
from analysis.clean.reader import Reader
from analysis.clean.rows import (
    correct_cells,
    find_duplicates,
    find_test_answers,
    read_respondent_keys,
)
from survey.faults import Fault, Refusal
from survey.findings import Finding
from survey.raw import RawTable
from survey.responses import FlowStep, Responses
from survey.study import Study

REASONS = ("test_answer", "duplicate", "consequence", "incomplete", "speeder", "straightliner")


def clean_wave(study: Study, wave_id: str, raw: RawTable) -> tuple[Responses, list[Finding]]:
    """Make typed answers of an export as the study declares it.

    Raises one `Refusal` with everything whose declared consequence is "stop", and one if nobody
    is left to analyse.
    """
    book = Notebook(wave_id, raw.file, study.about.consequences)
    # hold the declared columns beside the delivered ones
    match_columns(study, raw, book)
    # set delivered cells right, then leave out rows that are no respondents
    row_keys = read_respondent_keys(study, raw, book)
    raw = correct_cells(raw, row_keys, study.corrections, book)
    people = _Rows(study, raw, row_keys, book)
    # give every cell its meaning, then say of every empty one why it is empty
    reader = Reader(study, people.raw, people.names, book)
    parsed = parse_questions(reader)
    apply_routing(parsed, reader)
    pages = {ask.question: ask.page for ask in study.wave(wave_id).asks}
    apply_reach(parsed, pages, people.keys.get("last_page"))
    book.refuse_stops()
    # recognise who is doubtful, and leave out whom the study says
    flags = _flag_doubts(study, parsed, people, book)
    removed = _list_removed(study, people, flags, book)
    keep, flow = _follow(people, removed)
    return _frame(study, parsed, people, flags, keep, flow), book.findings


class _Rows:
    """The rows of respondents: without test answers, each one's duplicates treated."""

    def __init__(self, study: Study, raw: RawTable, keys: pd.Series, book: Notebook) -> None:
        self.received = raw.n
        tests = find_test_answers(study, raw, keys, book)
        self.tests = int(tests.sum())
        raw, keys = take_rows(raw, ~tests), keys[~tests]
        read = read_keys(study, raw, keys.to_numpy(object), book)
        moments = read["finished"] if "finished" in read else read.get("started")
        place = find_duplicates(study, raw, keys, moments, book)
        kept = np.ones(len(place), dtype=bool)
        if study.about.cleaning.duplicates != "keep":
            kept = place == 0
        self.duplicates = int((~kept).sum())
        self.raw = take_rows(raw, kept)
        self.keys = read[kept]
        self.names = number_keys_once(keys[kept].to_numpy(object))
        self.is_repeated = place[kept] > 0


def take_rows(raw: RawTable, rows: np.ndarray) -> RawTable:
    """Return the table with some of its rows."""
    return replace(raw, cells=raw.cells[rows], excluded=raw.excluded[rows])


def number_keys_once(keys: np.ndarray) -> np.ndarray:
    """Return respondent keys each once: a repetition that is kept gets "#2", "#3"."""
    places = pd.Series(keys).groupby(keys).cumcount().to_numpy()
    return np.array(
        [key if at == 0 else f"{key}#{at + 1}" for key, at in zip(keys, places, strict=True)],
        dtype=object,
    )


def _flag_doubts(
    study: Study, parsed: dict[str, Parsed], people: _Rows, book: Notebook
) -> pd.DataFrame:
    """Return the flags of each respondent; each one raised is written down.

    Pace and pattern are judged only among those who are not left out for something else.
    """
    rules, n = study.about.cleaning, len(people.names)
    share = compute_completeness(parsed, n)
    incomplete = share < rules.complete_at
    seconds = np.full(n, np.nan)
    if "seconds" in people.keys:
        seconds = people.keys["seconds"].to_numpy(float, na_value=np.nan)
    stays = ~_find_dropped(people, book)
    if rules.incomplete == "drop":
        stays &= ~incomplete
    limit = find_speed_limit(seconds[stays], rules.speeder_below)
    flags = pd.DataFrame(
        {
            "duplicate": people.is_repeated,
            "incomplete": incomplete,
            "speeder": stays & (seconds < limit),
            "straightliner": stays & find_straightliners(parsed, n, rules.straightline_items),
        },
        index=pd.Index(people.names, name="respondent"),
    )
    _tell_doubts(study, flags, share, seconds, limit, book)
    return flags


def _tell_doubts(
    study: Study,
    flags: pd.DataFrame,
    share: np.ndarray,
    seconds: np.ndarray,
    limit: float,
    book: Notebook,
) -> None:
    """Write down each raised flag: what was found, what was due, how it is treated."""
    rules = study.about.cleaning
    told = {
        "incomplete": (
            [f"{one:.0%} of the asked questions answered" for one in share],
            f"at least {rules.complete_at:.0%}",
            rules.incomplete,
        ),
        "speeder": (
            [f"{one:.0f} seconds" for one in seconds],
            f"at least {limit:.0f} seconds, {rules.speeder_below:g} × the median",
            rules.speeders,
        ),
        "straightliner": (
            ["the same answer on every item"] * len(flags),
            f"answers that differ in a grid of {rules.straightline_items} items or more",
            rules.straightliners,
        ),
    }
    for check, (found, allowed, treatment) in told.items():
        for at in np.flatnonzero(flags[check].to_numpy()):
            book.note(
                check,
                "drop" if treatment == "drop" else "note",
                respondent=str(flags.index[at]),
                found=found[at],
                allowed=allowed,
            )


def _list_removed(
    study: Study, people: _Rows, flags: pd.DataFrame, book: Notebook
) -> dict[str, np.ndarray]:
    """Return reason → who is left out for it, in the order of the flow."""
    rules = study.about.cleaning
    nobody = np.zeros(len(people.names), dtype=bool)
    treatments = {
        "incomplete": rules.incomplete,
        "speeder": rules.speeders,
        "straightliner": rules.straightliners,
    }
    removed = {"consequence": _find_dropped(people, book)}
    for flag, treatment in treatments.items():
        removed[flag] = flags[flag].to_numpy() if treatment == "drop" else nobody
    return removed


def _find_dropped(people: _Rows, book: Notebook) -> np.ndarray:
    """Return who is left out as the declared consequence of an answer."""
    by_answer = {
        one.respondent for one in book.findings if one.action == "drop" and one.check not in REASONS
    }
    return np.isin(people.names.astype(str), list(by_answer))


def _follow(
    people: _Rows, removed: dict[str, np.ndarray]
) -> tuple[np.ndarray, tuple[FlowStep, ...]]:
    """Return who is analysed and the flow; each respondent leaves for the first reason only."""
    left = people.received
    steps = [FlowStep("received", 0, left)]
    for reason, count in (("test_answer", people.tests), ("duplicate", people.duplicates)):
        left -= count
        steps.append(FlowStep(reason, count, left))
    keep = np.ones(len(people.names), dtype=bool)
    for reason, rows in removed.items():
        going = keep & rows
        keep &= ~rows
        left -= int(going.sum())
        steps.append(FlowStep(reason, int(going.sum()), left))
    steps.append(FlowStep("analysed", 0, left))
    if not left:
        raise Refusal(_describe_nobody(people.raw, steps))
    return keep, tuple(steps)


def _describe_nobody(raw: RawTable, steps: list[FlowStep]) -> Fault:
    reasons = ", ".join(f"{step.removed} {step.reason}" for step in steps if step.removed)
    return Fault(
        where=f"{raw.file} (wave {raw.wave})",
        found=f"nobody left of {steps[0].remaining} rows ({reasons})",
        allowed="at least one respondent to analyse",
        todo="look at the rules under [cleaning] and [consequences] in study.toml and at exclude "
        f"in waves/{raw.wave}.toml",
    )


def _frame(
    study: Study,
    parsed: dict[str, Parsed],
    people: _Rows,
    flags: pd.DataFrame,
    keep: np.ndarray,
    flow: tuple[FlowStep, ...],
) -> Responses:
    """Put everything that is declared, and nothing else, into frames of one index."""
    index = pd.Index(people.names.astype(str), name="respondent", dtype="str")
    values: dict[str, object] = {}
    status: dict[str, np.ndarray] = {}
    for one in parsed.values():
        offered = study.offered_answers(one.question, people.raw.wave)
        values |= one.frame_values(tuple(answer.code for answer in offered))
        status |= one.status
    clean = index[keep]
    return Responses(
        study=study.id,
        wave=people.raw.wave,
        values=pd.DataFrame(values, index=index)[keep],
        status=pd.DataFrame(status, index=index)[keep],
        keys=people.keys.set_axis(index)[keep],
        segments=pd.DataFrame(index=clean),
        weights=pd.Series(1.0, index=clean, name="weight"),
        flags=flags.set_axis(index)[keep],
        flow=flow,
    )
