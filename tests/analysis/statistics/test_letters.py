"""Banner letters by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.letters import assign_letters, name_columns, pair_columns


def test_columns_are_named_as_in_a_spreadsheet():
    names = name_columns(54)
    assert names[:3] == ["A", "B", "C"]
    assert names[25:28] == ["Z", "AA", "AB"]
    assert names[51:54] == ["AZ", "BA", "BB"]


def test_letters_stand_at_the_higher_column():
    """Columns 50, 30, 32 %: A above B and C; B and C do not differ; second item not tested."""
    differences = [[0.2, 0.18, -0.02], [-0.7, -0.2, 0.5]]
    adjusted = [[0.001, 0.04, 0.8], [np.nan, np.nan, 0.01]]
    assert assign_letters(differences, adjusted, 3).tolist() == [["BC", "", ""], ["", "C", ""]]
    assert assign_letters(differences, adjusted, 3, level=0.01).tolist()[0] == ["B", "", ""]


def test_many_columns_are_separated():
    first, second = pair_columns(28)
    p = np.ones(len(first))
    p[(first == 0) & (second >= 26)] = 0.001
    differences = np.where(first == 0, 1.0, 0.0)
    assert assign_letters(differences, p, 28)[0, 0] == "AA AB"


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"2 items and 3 columns need \(2, 3\)"):
        assign_letters(np.zeros((2, 3)), np.zeros((2, 2)), 3)
    with pytest.raises(ValueError, match="level is 5"):
        assign_letters([[1.0]], [[0.1]], 2, level=5)
