"""A wave in, each level of each segment against the rest out, and each segment as a whole."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from analysis.compare.columns import Banner, Columns, Material
from analysis.compare.frames import Part, compare_groups, name_associations
from analysis.statistics.associations import associate_ranks, associate_tables
from analysis.statistics.domains import Floats, Integers
from survey.plan import Testing


def compare_rest(
    testing: Testing, material: Material, banner: Banner, questions: Collection[str]
) -> list[Part]:
    """Compare each level with all others who answered, for the rows of some questions.

    The others are those without the level, whether they have another one or none; where levels
    overlap, a respondent with two is on one side for each.
    """
    ends = {"segment": banner.segment, "level": banner.levels, "versus": "rest"}
    parts = []
    for columns in (material.shares, material.numbers, material.scales):
        chosen = columns.choose(questions, banner.question)
        members = banner.members
        parts += compare_groups(testing, material.sample.design, chosen, ends, members, ~members)
    return [*parts, *_test_segment(testing, material, banner, questions)]


def _test_segment(
    testing: Testing, material: Material, banner: Banner, questions: Collection[str]
) -> list[Part]:
    """Test all levels at once: tables of answers, ranks of ratings.

    Not where levels overlap: a respondent would stand in several columns of the table.
    """
    if banner.overlaps:
        return []
    design = material.sample.design
    known = banner.members.any(axis=1)
    code = np.where(known, banner.members.argmax(axis=1), -1)
    tables = material.tables.choose(questions, banner.question)
    found = associate_tables(
        design, tables.values, code, tables.asked, least_base=testing.least_base
    )
    parts = name_associations(tables, banner.segment, found, "rao-scott")
    ratings = _choose_ratings(material, questions, banner.question)
    ranked = [
        associate_ranks(design, points, code, least_base=_least_of_a_level(testing, points, code))
        for points in ratings.values.T
    ]
    return parts + name_associations(ratings, banner.segment, ranked, "rank")


def _least_of_a_level(testing: Testing, points: Floats, code: Integers) -> int:
    """Two answers a level will do where all levels together have enough, as for a table."""
    enough = np.sum(~np.isnan(points) & (code >= 0)) >= testing.least_base
    return 2 if enough else testing.least_base


def _choose_ratings(material: Material, questions: Collection[str], apart_from: str) -> Columns:
    """Return the scales that have no table: ratings, with many points of few answers each."""
    tabled = {row.question for row in material.tables.rows}
    return material.scales.choose(set(questions) - tabled, apart_from)
