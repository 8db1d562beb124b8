"""The reading room in both languages, as the method page sees it."""

from __future__ import annotations

import pytest

from analysis.tell.scope import Scope
from survey.published import Published
from survey.study import Study


@pytest.fixture
def nl(weighted_room: Study, adjusted_numbers: Published) -> Scope:
    return Scope(weighted_room, adjusted_numbers, "nl", "2026")


@pytest.fixture
def en(weighted_room: Study, adjusted_numbers: Published) -> Scope:
    return Scope(weighted_room, adjusted_numbers, "en", "2026")


@pytest.fixture
def plain(first_room: Study, first_numbers: Published) -> Scope:
    """One wave, unweighted and without a plan."""
    return Scope(first_room, first_numbers, "en", "2024")
