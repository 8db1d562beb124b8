"""Properties of cleaning: order means nothing, every cell is an answer or says why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.clean import clean_wave
from survey.columns import list_columns
from survey.raw import CELL_TYPE, RawTable
from survey.responses import Missing, Responses

LAX = {"complete_at": 0.0, "incomplete": "keep", "duplicates": "keep"}
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def invent(klein, raw24: RawTable, draw: st.DrawFn) -> RawTable:
    """Return a few rows of arbitrary cells: right answers, nonsense and nothing, mixed."""
    n = draw(st.integers(1, 6))
    cells = {name: [None] * n for name in raw24.cells.columns}
    cells["id"] = [str(at) for at in range(n)]
    cells["lastpage"] = draw(
        st.lists(st.sampled_from([None, "1", "2", "4"]), min_size=n, max_size=n)
    )
    for column in list_columns(klein, "2024"):
        right = [delivered for delivered, _ in column.codes][:8] + list(column.ticked[:3])
        some = [None, None, "0", "3", "11", "x", *right]
        cells[column.name] = draw(st.lists(st.sampled_from(some), min_size=n, max_size=n))
    index = pd.RangeIndex(2, n + 2, name="row")
    return replace(
        raw24,
        cells=pd.DataFrame(cells, index=index).astype(CELL_TYPE),
        excluded=pd.Series(pd.NA, index=index, dtype="Int64"),
    )


def assert_same(one: Responses, other: Responses) -> None:
    for part in ("values", "status", "keys", "flags"):
        pd.testing.assert_frame_equal(
            getattr(one, part).sort_index(), getattr(other, part).sort_index()
        )
    assert one.flow == other.flow


@MANY
@given(data=st.data())
def test_every_closed_cell_is_an_answer_or_says_why_not(klein, raw24, rule, data):
    raw = invent(klein, raw24, data.draw)
    study = rule(klein, **LAX)
    responses, _ = clean_wave(study, "2024", raw)
    assert responses.n == raw.n
    for name, states in responses.status.items():
        assert states.isin([int(one) for one in Missing]).all()
        question = study.questionnaire[str(name).partition(".")[0]]
        valid, filled = states == Missing.VALID, responses.values[name].notna()
        if question.kind == "ranking":  # an option may stay unranked
            assert not (filled & ~valid).any()
        else:
            assert (valid == filled).all()
    for question in study.asked("2024"):
        if question.kind in ("multiple", "ranking"):
            mine = [c for c in responses.status if c.partition(".")[0] == question.id]
            assert (responses.status[mine].nunique(axis=1) == 1).all()


@MANY
@given(data=st.data())
def test_where_routing_is_false_nobody_was_asked(klein, raw24, rule, data):
    responses, _ = clean_wave(rule(klein, **LAX), "2024", invent(klein, raw24, data.draw))
    use = responses.values["gebruik"]
    assert ((responses.status["uren"] == Missing.NOT_ASKED) == ~(use == "vaak")).all()
    users = use.isin(["soms", "vaak"])
    assert ((responses.status["tools.tekst"] == Missing.NOT_ASKED) == ~users).all()
    either = responses.values[["tools.tekst", "tools.beeld"]].fillna(False).any(axis=1)
    assert ((responses.status["beleid"] == Missing.NOT_ASKED) == ~either).all()


@MANY
@given(seed=st.integers(0, 2**32 - 1), wave=st.sampled_from(["2023", "2024"]))
def test_the_order_of_rows_and_columns_changes_nothing(klein, raw23, raw24, seed, wave):
    raw = raw23 if wave == "2023" else raw24
    random = np.random.default_rng(seed)
    rows = random.permutation(raw.n)
    columns = random.permutation(raw.cells.columns)
    turned = replace(raw, cells=raw.cells.iloc[rows][columns], excluded=raw.excluded.iloc[rows])
    one, findings = clean_wave(klein, wave, raw)
    other, turned_findings = clean_wave(klein, wave, turned)
    assert_same(one, other)
    assert sorted(map(str, findings)) == sorted(map(str, turned_findings))


@MANY
@given(data=st.data())
def test_cleaning_changes_no_argument_and_repeats_itself(klein, raw24, rule, data):
    raw = invent(klein, raw24, data.draw)
    before = raw.cells.copy()
    study = rule(klein, **LAX)
    one, first = clean_wave(study, "2024", raw)
    other, second = clean_wave(study, "2024", raw)
    pd.testing.assert_frame_equal(raw.cells, before)
    assert_same(one, other)
    assert first == second
