"""The questionnaire and the published table in, every question with its frequencies out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.phrases import phrase
from analysis.tell.asking import describe_asking
from analysis.tell.tables import Cell, Table, explain_cells, make_cell, make_table
from analysis.wording import (
    Unit,
    begin_with_capital,
    join_words,
    name_bins,
    say_unit,
)
from survey.published import SHARES, Published
from survey.questionnaire import Item, Question
from survey.study import Study


@dataclass(frozen=True)
class Entry:
    """One question of the topline: its text, how it was asked, and its table if it is closed."""

    question: str
    block: str
    heading: str
    remarks: tuple[str, ...]
    table: Table | None


def list_entries(study: Study, published: Published, language: str) -> tuple[Entry, ...]:
    """Return an entry for every question that a wave of the run asked, in the order asked."""
    waves = [passport.wave for passport in study.passports]
    entries = []
    for question in study.questionnaire.questions:
        asked = [wave for wave in waves if study.wave(wave).find_ask(question.id)]
        if not asked:
            continue
        table = (
            tabulate(study, published, question, asked, language) if question.is_closed else None
        )
        entries.append(
            Entry(
                question=question.id,
                block=question.block,
                heading=question.text[language],
                remarks=tuple(describe_asking(study, question, asked, waves, language)),
                table=table,
            )
        )
    return tuple(entries)


def tabulate(
    study: Study, published: Published, question: Question, asked: list[str], language: str
) -> Table:
    """Return the frequencies of a closed question: over the waves, or per item for a grid."""
    if question.kind == "grid":
        return _grid_table(study, published, question, asked, language)
    return _wave_table(study, published, question, asked, language)


def _wave_table(
    study: Study, published: Published, question: Question, asked: list[str], language: str
) -> Table:
    """Answers × waves, with the base of each wave beneath."""
    named = name_answers(study, published, question, asked, language)
    found = {wave: published.pick(question.id, wave, item="") for wave in asked}
    cells = {wave: _index(join_parts(question, rows)) for wave, rows in found.items()}
    rows: list[Sequence[str | Cell]] = []
    for key, label in named.items():
        texts = [_cell(cells[wave].get(key), language) for wave in asked]
        if any(cell.text for cell in texts):
            rows.append((label, *texts))
    bases = [_count(_base(published, question, wave), language) for wave in asked]
    rows.append((phrase(language, f"topline.base_{question.base_rule}"), *bases))
    if question.outside:
        answered = [_count(_answered(published, question, wave), language) for wave in asked]
        rows.append((phrase(language, "topline.base_answered"), *answered))
    titles = [begin_with_capital(study.wave(wave).title[language], language) for wave in asked]
    header = (phrase(language, "topline.answer"), *titles)
    notes = _notes(study, question, rows, language)
    return make_table(question.label[language], header, rows, notes)


def _grid_table(
    study: Study, published: Published, question: Question, asked: list[str], language: str
) -> Table:
    """Items × answers in the last wave that offered an item, with its nets and base at the right.

    An item that the last of the waves no longer offered says whose its numbers are.
    """
    latest = asked[-1]
    answers = study.offered_answers(question, latest)
    columns = [("share", a.code, a.text[language]) for a in answers]
    columns += [("net", net.code, net.text[language]) for net in question.nets]
    columns += [("share", a.code, a.text[language]) for _, a in question.outside]
    rows: list[Sequence[str | Cell]] = []
    for item in question.items:
        waves = [wave for wave in asked if item in study.offered_items(question, wave)]
        if not waves:
            continue
        for key, name in _name_rows(question, item, language):
            title = study.wave(waves[-1]).title[language]
            label = name if waves[-1] == latest else f"{name} ({title})"
            found = published.pick(question.id, waves[-1], item=key)
            cells = _index(found)
            texts = [_cell(cells.get((kind, code)), language) for kind, code, _ in columns]
            base = found.loc[found["base_rule"] == question.base_rule, "base"]
            rows.append((label, *texts, _count(base.iloc[0] if len(base) else None, language)))
    labels = [label for _, _, label in columns]
    header = (phrase(language, "topline.item"), *labels, phrase(language, "table.base"))
    caption = phrase(
        language,
        "topline.grid_caption",
        question=question.label[language],
        wave=study.wave(latest).title[language],
    )
    return make_table(caption, header, rows, _notes(study, question, rows, language))


def _name_rows(question: Question, item: Item, language: str) -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each row of an item: one, or one a period."""
    text = item.text[language]
    if not question.periods:
        yield item.id, text
    for period in question.periods:
        yield f"{item.id}.{period.code}", f"{text} – {period.text[language]}"


def join_parts(question: Question, rows: pd.DataFrame) -> pd.DataFrame:
    """Return published rows in which the sum of a split answer's parts stands as that answer.

    An answer that was split goes on as the net of its parts: so it keeps its row over the waves.
    """
    parents = {answer.part_of for answer in question.answers if answer.part_of}
    joined = (rows["statistic"] == "net") & rows["answer"].isin(parents)
    return rows.assign(statistic=rows["statistic"].mask(joined, "share"))


def name_answers(
    study: Study, published: Published, question: Question, waves: list[str], language: str
) -> dict[tuple[str, str], str]:
    """Return (statistic, answer) → text for every row of a question's table, in reading order."""
    names: dict[tuple[str, str], str] = {}
    if question.kind == "rating":
        names |= {("share", str(p)): _name_point(question, p, language) for p in _points(question)}
    for answer in question.answers:
        text = answer.text[language]
        first = phrase(language, "topline.ranked_first", answer=text)
        names["share", answer.code] = first if question.kind == "ranking" else text
        if question.kind == "ranking":
            names["ranked", answer.code] = phrase(language, "topline.ranked", answer=text)
            names["rank_mean", answer.code] = phrase(language, "topline.rank_mean", answer=text)
        split = _find_split(study, question, answer.code)
        if split:
            title = study.wave(split).title[language]
            text = phrase(language, "topline.parts_joined", answer=text, wave=title)
            names["share", answer.code] = names["net", answer.code] = text
    for net in question.nets:
        names["net", net.code] = phrase(language, "topline.net", net=net.text[language])
    for _, answer in question.outside:
        names["share", answer.code] = phrase(
            language, "topline.of_answered", answer=answer.text[language]
        )
    bins = {
        str(a) for w in waves for a in published.pick(question.id, w, statistic="bin")["answer"]
    }
    names |= {("bin", name): label for name, label in name_bins(bins, language).items()}
    unit = question.unit[language] if question.unit else ""
    for statistic in ("mean", "median"):
        label = phrase(language, f"topline.{statistic}")
        names[statistic, ""] = f"{label} ({unit})" if unit else label
    return names


def _find_split(study: Study, question: Question, code: str) -> str | None:
    """Return the first wave of the run that offered the parts of an answer in its place."""
    for passport in study.passports:
        offered = study.offered_answers(question, passport.wave)
        if code not in {a.code for a in offered} and code in {a.part_of for a in offered}:
            return passport.wave
    return None


def _points(question: Question) -> range:
    return range(int(question.minimum or 0), int(question.maximum or 0) + 1)


def _index(rows: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    return {(row["statistic"], row["answer"]): row for _, row in rows.iterrows()}


def _cell(row: pd.Series | None, language: str) -> Cell:
    """A number as it is printed, marked when indicative; empty where it does not exist."""
    if row is None:
        return Cell("")
    unit: Unit = "percent" if row["statistic"] in SHARES else "mean"
    mark = "*" if row["state"] == "indicative" else ""
    return make_cell(float(row["value"]), unit, language, mark)


def _base(published: Published, question: Question, wave: str) -> float | None:
    rows = published.pick(question.id, wave, item="")
    rows = rows[rows["base_rule"] == question.base_rule]
    return float(rows["base"].iloc[0]) if len(rows) else None


def _answered(published: Published, question: Question, wave: str) -> float | None:
    rows = published.pick(question.id, wave, item="")
    return float(rows["answered"].iloc[0]) if len(rows) else None


def _count(value: float | None, language: str) -> Cell:
    return make_cell(value, "count", language)


def _name_point(question: Question, point: int, language: str) -> str:
    """A point of a rating, with what it means at either end of the scale."""
    ends = {question.minimum: question.low_end, question.maximum: question.high_end}
    end = ends.get(point)
    return f"{point} ({end[language]})" if end else str(point)


def _say_weights(study: Study, question: Question, language: str) -> list[str]:
    """Say whether the waves that asked a question are weighted, and that n is not."""
    asked = [
        study.wave(p.wave) for p in study.passports if study.wave(p.wave).find_ask(question.id)
    ]
    told: dict[bool, list[str]] = {True: [], False: []}
    for wave in asked:
        told[wave.weighting.method != "none"].append(wave.title[language])
    if not told[True]:
        return []
    if not told[False]:
        return [phrase(language, "banner.weighted")]
    named = {"weighted": told[True], "unweighted": told[False]}
    words = {key: join_words(titles, language) for key, titles in named.items()}
    return [phrase(language, "topline.weighted_some", **words)]


def _notes(
    study: Study, question: Question, rows: Sequence[Sequence[str | Cell]], language: str
) -> tuple[str, ...]:
    """Say what could be picked, unless the instruction does, what each 100 % is, and the marks."""
    notes = []
    if question.kind == "multiple" and not question.instruction:
        key = "chart.pick_at_most" if question.most else "chart.pick_several"
        told = phrase(language, key, **({"n": question.most} if question.most else {}))
        notes.append(f"{told}.")
    if question.kind == "grid":
        who = phrase(language, f"chart.base.{question.base_rule}")
        notes.append(phrase(language, "chart.whole", who=who))
        outside = [
            phrase(language, "topline.quoted", text=answer.text[language])
            for _, answer in question.outside
        ]
        if outside:
            answers = join_words(outside, language)
            notes.append(phrase(language, "chart.outside", answers=answers))
    notes += _say_weights(study, question, language)
    empty = phrase(language, "topline.not_offered")
    notes += explain_cells(rows, study.about.thresholds, language, empty)
    return (*notes, say_unit(study, language))
