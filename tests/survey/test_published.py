"""The published table: picking rows is filtering them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.published import COLUMNS, COMPARED, Published, frame_compared

IDS = {
    "wave": ["2023", "2024"],
    "question": ["use", "tools"],
    "item": ["", "x"],
    "answer": ["", "a", "b"],
    "statistic": ["share", "net", "mean"],
    "segment": ["", "sector", "size"],
    "level": ["", "museum", "small"],
}


def frame_rows(rows: list[dict[str, str]]) -> pd.DataFrame:
    """Return a table with every column of the published one; `value` numbers the rows."""
    filled: list[dict[str, Any]] = [{**row, "value": float(at)} for at, row in enumerate(rows)]
    table = pd.DataFrame(filled, columns=list(COLUMNS))
    return table.astype({name: kind for name, (kind, _) in COLUMNS.items()})


ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(ids) for name, ids in IDS.items()}), max_size=15
)
ANY = st.none()


@settings(max_examples=40)
@given(
    rows=ROWS,
    question=st.sampled_from([*IDS["question"], "other"]),
    wave=ANY | st.sampled_from([*IDS["wave"], "1999"]),
    item=ANY | st.sampled_from(IDS["item"]),
    answer=ANY | st.sampled_from(IDS["answer"]),
    statistic=ANY
    | st.sampled_from(IDS["statistic"])
    | st.lists(st.sampled_from(IDS["statistic"]), max_size=2),
    segment=ANY | st.sampled_from(IDS["segment"]),
    level=ANY | st.sampled_from(IDS["level"]),
)
def test_pick_is_a_plain_filter(
    rows: list[dict[str, str]],
    question: str,
    wave: str | None,
    item: str | None,
    answer: str | None,
    statistic: str | list[str] | None,
    segment: str | None,
    level: str | None,
) -> None:
    table = frame_rows(rows)
    wanted = {"wave": wave, "item": item, "answer": answer, "segment": segment, "level": level}
    kept = table[table["question"] == question]
    for column, value in wanted.items():
        if value is not None:
            kept = kept[kept[column] == value]
    if statistic is not None:
        names = [statistic] if isinstance(statistic, str) else statistic
        kept = kept[kept["statistic"].isin(names)]
    published = Published("study", True, table)
    picked = published.pick(
        question, wave, item=item, answer=answer, statistic=statistic, segment=segment, level=level
    )
    pd.testing.assert_frame_equal(picked, kept.astype(picked.dtypes.to_dict()))


SIDES = {**IDS, "versus": ["rest", "previous", "small"]}


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries({name: st.sampled_from(ids) for name, ids in SIDES.items()}),
        max_size=15,
    ),
    question=st.sampled_from([*IDS["question"], "other"]),
    wanted=st.fixed_dictionaries(
        {
            name: ANY | st.sampled_from([*ids, "absent"])
            for name, ids in SIDES.items()
            if name != "question"
        }
    ),
)
def test_compare_is_a_plain_filter(
    rows: list[dict[str, str]], question: str, wanted: dict[str, str | None]
) -> None:
    numbered = [{**row, "value": float(at)} for at, row in enumerate(rows)]
    table = frame_compared(pd.DataFrame(numbered, columns=list(COMPARED)))
    kept = table[table["question"] == question]
    for column, value in wanted.items():
        if value is not None:
            kept = kept[kept[column] == value]
    published = Published("study", True, frame_rows([]), table)
    found = published.compare(question, **wanted)
    assert found["value"].tolist() == kept["value"].tolist()
    assert list(found.columns) == list(COMPARED)


def test_absent_columns_of_comparisons_are_empty() -> None:
    row = frame_compared(pd.DataFrame({"wave": ["2024"], "value": [1.5]})).iloc[0]
    assert (row["wave"], row["value"], row["versus"], row["planned"]) == ("2024", 1.5, "", False)
    assert pd.isna(row["p"])


def test_over_all_respondents_is_what_is_picked_unless_told_otherwise() -> None:
    row = {name: ids[0] for name, ids in IDS.items()}
    table = frame_rows([row, {**row, "segment": "sector", "level": "museum"}])
    published = Published("study", True, table)
    assert published.pick("use")["value"].tolist() == [0.0]
    assert published.pick("use", segment=None)["value"].tolist() == [0.0, 1.0]


def test_a_picked_table_may_be_changed_without_changing_what_is_published() -> None:
    published = Published("study", True, frame_rows([{name: ids[0] for name, ids in IDS.items()}]))
    picked = published.pick("use")
    picked["value"] = 99.0
    assert published.pick("use")["value"].tolist() == [0.0]
    assert published.rows["value"].tolist() == [0.0]


@pytest.mark.parametrize("change", ["drop", "rename", "turn"])
def test_a_table_with_other_columns_is_refused(change: str) -> None:
    table = frame_rows([])
    changed = {
        "drop": table.drop(columns="value"),
        "rename": table.rename(columns={"value": "number"}),
        "turn": table[list(COLUMNS)[::-1]],
    }
    with pytest.raises(ValueError, match="Published needs the columns"):
        Published("study", True, changed[change])


def test_every_column_is_explained() -> None:
    kinds = ("string", "float64", "bool")
    for columns in (COLUMNS, COMPARED):
        assert all(kind in kinds and text for kind, text in columns.values())
