"""Nothing on too few respondents is shown, and nothing from which it could be computed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.publish.disclosure import NUMBERS, suppress_rows
from survey.plan import Plan
from survey.study import Study

Frame = Callable[[list[dict[str, Any]]], pd.DataFrame]
LIMIT = 10  # withhold_below of the reading room
FULL = dict.fromkeys(NUMBERS, 1.0) | {"rest_base": 100.0}


def divide(total: float, **bases: float) -> list[dict[str, Any]]:
    """One number over all, and by the levels of age."""
    rows: list[dict[str, Any]] = [{**FULL, "base": total, "rest_base": np.nan}]
    for level, base in bases.items():
        place = {"segment": "age", "level": level}
        rows.append({**FULL, **place, "base": base, "rest_base": total - base})
    return rows


def list_states(rows: pd.DataFrame) -> list[str]:
    return [reason or state for state, reason in zip(rows["state"], rows["reason"], strict=True)]


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        # everything large enough
        ((120, 80, 40), ["published"] * 3),
        # the smallest level is too small: with the others shown it could be subtracted
        ((120, 71, 9), ["published", "would-reveal", "base-too-small"]),
        # two small levels hide one another, for together they are ten
        ((120, 5, 5), ["published", "base-too-small", "base-too-small"]),
        # two small levels that are fewer than ten together do not
        ((120, 5, 4), ["would-reveal", "base-too-small", "base-too-small"]),
        # nobody needs no protection
        ((120, 80, 0), ["published", "published", "base-empty"]),
        ((120, 29, 30), ["published", "base-small", "published"]),
        # of equals the first goes
        ((40, 40, 9), ["would-reveal", "published", "base-too-small"]),
    ],
)
def test_levels_are_withheld_until_nobody_can_be_subtracted(
    room: Study, frame_rows: Frame, bases: tuple[int, int, int], expected: list[str]
) -> None:
    levels = dict(zip(("young", "middle", "old"), bases, strict=True))
    rows = suppress_rows(room, frame_rows(divide(sum(bases), **levels)))
    assert list_states(rows)[1:] == expected
    assert list_states(rows)[0] == "published"


def test_respondents_without_a_level_hide_a_small_one(room: Study, frame_rows: Frame) -> None:
    shown = suppress_rows(room, frame_rows(divide(210, young=120, middle=75, old=8)))
    assert list_states(shown) == ["published"] * 3 + ["base-too-small"]  # 8 and 7 without a level
    hidden = suppress_rows(room, frame_rows(divide(204, young=120, middle=75, old=8)))
    assert list_states(hidden)[2] == "would-reveal"  # 8 and 1 without a level


def test_a_level_that_nearly_all_have_would_reveal_the_others(
    room: Study, frame_rows: Frame
) -> None:
    rows = suppress_rows(room, frame_rows(divide(204, young=200)))
    assert list_states(rows) == ["published", "would-reveal"]


def test_a_withheld_number_keeps_nothing_but_its_name(room: Study, frame_rows: Frame) -> None:
    rows = suppress_rows(room, frame_rows(divide(209, young=120, middle=80, old=9)))
    withheld = rows["state"] == "withheld"
    assert withheld.sum() == 2
    assert rows.loc[withheld, NUMBERS].isna().all(axis=None)
    assert rows.loc[~withheld, [n for n in NUMBERS if n != "rest"]].notna().all(axis=None)


def test_a_number_without_a_known_base_is_not_published(room: Study, frame_rows: Frame) -> None:
    rows = suppress_rows(room, frame_rows([{**FULL, "base": np.nan, "statistic": "alpha"}]))
    assert list_states(rows) == ["base-too-small"]


def test_answers_over_other_bases_are_judged_apart(room: Study, frame_rows: Frame) -> None:
    outside = [{**row, "answer": "dk"} for row in divide(215, young=120, middle=80, old=15)]
    rows = suppress_rows(room, frame_rows([*divide(209, young=120, middle=80, old=9), *outside]))
    states = list_states(rows)
    assert states[2:4] == ["would-reveal", "base-too-small"]
    assert states[6:] == ["published", "base-small"]


def test_letters_of_withheld_levels_are_nowhere(room: Study, frame_rows: Frame) -> None:
    rows = divide(250, young=120, middle=121, old=9)
    for row, letters in zip(rows, ("", "BC", "C", "A"), strict=True):
        row["letters"] = letters
    other = [{**row, "answer": "daily"} for row in divide(240, young=120, middle=80, old=40)]
    other[1]["letters"] = "BC"
    shown = suppress_rows(room, frame_rows([*rows, *other]))
    # C is withheld for its base; A, the smaller of the others, so that it cannot be computed
    assert shown["letters"].tolist() == ["", "", "", "", "", "BC", "", ""]
    rows[1]["base"], rows[2]["base"] = 121, 120
    again = suppress_rows(room, frame_rows(rows))
    assert again["letters"].tolist() == ["", "", "", ""]  # of BC, both are withheld
    rows[3]["base"], rows[0]["base"] = 9, 300  # fifty without a level: C alone is withheld
    assert suppress_rows(room, frame_rows(rows))["letters"].tolist() == ["", "B", "", ""]


def test_no_change_tells_what_the_wave_before_withheld(room: Study, frame_rows: Frame) -> None:
    before = [{**row, "wave": "2024"} for row in divide(209, young=120, middle=80, old=9)]
    rows = suppress_rows(room, frame_rows([*before, *divide(240, young=120, middle=80, old=40)]))
    assert rows["change"].isna().tolist() == [False, False, True, True, False, False, True, True]
    assert list_states(rows)[4:] == ["published"] * 4


def test_a_split_answer_goes_on_as_a_net_and_hides_its_change_too(
    room: Study, frame_rows: Frame
) -> None:
    before = {**FULL, "wave": "2024", "base": 5, "statistic": "share"}
    rows = suppress_rows(room, frame_rows([before, {**FULL, "base": 50, "statistic": "net"}]))
    assert rows["change"].isna().tolist() == [True, True]


def cross(bases: dict[tuple[str, str], int], unknown: int) -> list[dict[str, Any]]:
    """One number over all, by age, by quiet and by both; `unknown` have no level of either."""
    cells = [("", "", sum(bases.values()) + unknown)]
    for level in ("young", "middle", "old"):
        cells.append(("age", level, sum(n for (age, _), n in bases.items() if age == level)))
    for level in ("yes", "no"):
        cells.append(("quiet", level, sum(n for (_, quiet), n in bases.items() if quiet == level)))
    cells += [("age.quiet", f"{age}.{quiet}", n) for (age, quiet), n in bases.items()]
    return [{**FULL, "segment": segment, "level": level, "base": n} for segment, level, n in cells]


def test_crossed_levels_are_held_against_both_of_their_segments(
    crossed_room: Study, frame_rows: Frame
) -> None:
    names = list(product(("young", "middle", "old"), ("yes", "no")))
    bases = dict(zip(names, (50, 9, 60, 35, 70, 30), strict=True))
    rows = suppress_rows(crossed_room, frame_rows(cross(bases, 0)))
    crossed = rows[rows["segment"] == "age.quiet"]
    # young.no is too small. young less young.yes gives it, so young.yes goes; no less the others
    # gives it, and yes less the others young.yes, so both of the smaller level middle go
    assert dict(zip(crossed["level"], list_states(crossed), strict=True)) == {
        "young.yes": "would-reveal",
        "young.no": "base-too-small",
        "middle.yes": "would-reveal",
        "middle.no": "would-reveal",
        "old.yes": "published",
        "old.no": "published",
    }
    assert set(rows.loc[rows["segment"] != "age.quiet", "state"]) == {"published"}


BASES = st.lists(st.integers(0, 60), min_size=6, max_size=6)


@settings(max_examples=80, deadline=None)
@given(bases=BASES, unknown=st.just(0) | st.integers(0, 12))
def test_no_sum_of_published_bases_leaves_a_small_group(
    crossed_room: Study, frame_rows: Frame, bases: list[int], unknown: int
) -> None:
    names = list(product(("young", "middle", "old"), ("yes", "no")))
    made = cross(dict(zip(names, bases, strict=True)), unknown)
    rows = suppress_rows(crossed_room, frame_rows(made))
    true = {(row["segment"], row["level"]): row["base"] for row in made}
    shown = {key: state != "withheld" for key, state in zip(true, rows["state"], strict=True)}
    assert all(true[key] >= LIMIT for key, is_shown in shown.items() if is_shown)
    ages, answers = ("young", "middle", "old"), ("yes", "no")
    lines = {
        (("", ""), "age"): [("age", level) for level in ages],
        (("", ""), "quiet"): [("quiet", level) for level in answers],
        **{(("age", a), ""): [("age.quiet", f"{a}.{q}") for q in answers] for a in ages},
        **{(("quiet", q), ""): [("age.quiet", f"{a}.{q}") for a in ages] for q in answers},
    }
    for (whole, _), parts in lines.items():
        hidden = [part for part in parts if not shown[part] and true[part] > 0]
        left = true[whole] - sum(true[part] for part in parts if shown[part])
        assert not shown[whole] or not hidden or left >= LIMIT
    if unknown:
        return  # sums over several lines at once are not looked at
    sums = [[whole, *parts] for (whole, _), parts in lines.items()]
    small = {key for key, base in true.items() if 0 < base < LIMIT}
    known = {key for key, base in true.items() if shown[key] or base == 0}
    assert not small & find_computable(sums, known)


def find_computable(sums: list[list[tuple[str, str]]], known: set[Any]) -> set[Any]:
    """Which numbers follow from known ones, where the first of each list is the sum of the others.

    A number follows if no solution of the equations without known numbers moves it.
    """
    names = sorted({name for one in sums for name in one} - known)
    if not names:
        return set()
    matrix = np.zeros((len(sums), len(names)))
    for row, (whole, *parts) in zip(matrix, sums, strict=True):
        for name, sign in ((whole, -1.0), *((part, 1.0) for part in parts)):
            if name not in known:
                row[names.index(name)] = sign
    _, sizes, turned = np.linalg.svd(matrix)
    free = turned[int((sizes > 1e-9).sum()) :]
    return {name for at, name in enumerate(names) if np.all(np.abs(free[:, at]) < 1e-9)}


@settings(max_examples=30, deadline=None)
@given(bases=st.lists(st.integers(10, 300), min_size=3, max_size=3))
def test_where_every_level_is_large_enough_none_is_withheld(
    room: Study, frame_rows: Frame, bases: list[int]
) -> None:
    levels = dict(zip(("young", "middle", "old"), bases, strict=True))
    rows = suppress_rows(room, frame_rows(divide(sum(bases), **levels)))
    assert "withheld" not in set(rows["state"])


@given(order=st.permutations(range(4)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_changes_nothing(
    room: Study, frame_rows: Frame, order: list[int]
) -> None:
    made = divide(209, young=120, middle=80, old=9)
    plain = list_states(suppress_rows(room, frame_rows(made)))
    moved = list_states(suppress_rows(room, frame_rows([made[at] for at in order])))
    assert moved == [plain[at] for at in order]


def test_letters_beyond_z_are_told_apart(room: Study, frame_rows: Frame) -> None:
    answers = [[f"a{at:02}", f"A{at}", f"A{at}", [f"a{at:02}"]] for at in range(28)]
    segment = room.segments[0].model_validate(
        {"id": "many", "question": "age", "text": {"nl": "M", "en": "M"}, "levels": answers},
        context={"languages": ("nl", "en")},
    )
    study = room.model_copy(update={"segments": (segment,), "plan": Plan()})
    rows: list[dict[str, Any]] = [{**FULL, "base": 5000}]
    for at in range(28):
        base = 5 if at == 26 else 50  # AA is withheld
        rows.append({**FULL, "segment": "many", "level": f"a{at:02}", "base": base})
    rows[1]["letters"] = "B AA AB"
    shown = suppress_rows(study, frame_rows(rows))
    assert shown["letters"].iloc[1] == "B AB"
