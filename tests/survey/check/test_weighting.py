"""Every fault of sampling, weighting, margins and overlap is told; a sound declaration loads.

The small study in tests/data/klein: its wave 2024 has a cluster and a panel column and the margin
`sector`, its wave 2023 has none of these.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault
from survey.load import load_study

ListFaults = Callable[[Path], list[Fault]]
Edit = Callable[[str, str, str], None]
W23, W24, M = "waves/2023.toml", "waves/2024.toml", "margins/sector.toml"
COUNTS = 'counts = [["erfgoed", 600], ["podium", 400]]'
METHOD = 'method = "none"'
STAGE = "[[design.stage]]\n"
HOW_MANY = "a count of 0 to 1,000,000,000,000"
WEIGHTING = "[weighting]\n"
SIZES = """
id = "omvang"
segment = "omvang"
waves = ["2024"]
source.nl = "Verzonnen telling"
source.en = "Invented count"
date = 2024-01-01
invented = true
counts = [["alleen", 300], ["enkelen", 300], ["midden", 200], ["groot", {largest}]]
"""


def rake(*margins: str, more: str = "", method: str = "rake") -> str:
    named = ", ".join(f'"{margin}"' for margin in margins)
    return f'method = "{method}"\nmargins = [{named}]\n{more}'


# file, text, text in its place; where it stands, found, allowed, to do
METHODS = [
    ("margins of no use", W24, METHOD, f'{METHOD}\nmargins = ["sector"]',
     "waves/2024.toml: weighting margins", "sector", 'nothing with method = "none"',
     "remove it, or choose a method that uses it"),
    ("bounds of no use", W24, METHOD, f"{METHOD}\nbounds = [0.5, 2.0]",
     "waves/2024.toml: weighting bounds", "0.5, 2.0", 'nothing with method = "none"',
     "remove it, or choose a method that uses it"),
    ("base of no use", W24, METHOD, f'{METHOD}\nbase = "delivered"',
     "waves/2024.toml: weighting base", '"delivered"', 'nothing with method = "none"',
     "remove it, or choose a method that uses it"),
    ("own share of no use", W24, METHOD, f'{METHOD}\nmissing = "own-share"',
     "waves/2024.toml: weighting missing", '"own-share"', 'nothing with method = "none"',
     "remove it, or choose a method that uses it"),
    ("delivered without a column", W24, METHOD, 'method = "delivered"',
     "waves/2024.toml: weighting method", '"delivered" without a weight column',
     "weights that the export has",
     'name the column under [columns], as weight = "…", or choose another method'),
    ("base delivered without a column", W24, METHOD, rake("sector", more='base = "delivered"'),
     "waves/2024.toml: weighting base", '"delivered" without a weight column',
     "weights that the export has",
     'name the column under [columns], as weight = "…", or choose another base'),
    ("design without stages", W24, METHOD, 'method = "design"',
     "waves/2024.toml: weighting method", '"design" without the population of every stage',
     "stages of sampling that each tell their population",
     "add [[design.stage]] with a population, or choose another method"),
    ("base design without stages", W24, METHOD, rake("sector", more='base = "design"'),
     "waves/2024.toml: weighting base", '"design" without the population of every stage',
     "stages of sampling that each tell their population",
     "add [[design.stage]] with a population, or choose another base"),
    ("rake without margins", W24, METHOD, 'method = "rake"',
     "waves/2024.toml: weighting margins", "nothing", "one margin or more to be met",
     'name it, choose "rake" for several, or set method = "none" with its reason'),
    ("post-stratify without a margin", W24, METHOD, 'method = "post-stratify"',
     "waves/2024.toml: weighting margins", "nothing", "exactly one margin to be met",
     'name it, choose "rake" for several, or set method = "none" with its reason'),
    ("unknown margin", W24, METHOD, rake("sectr"),
     "waves/2024.toml: weighting margins", 'the unknown margin "sectr"', "sector",
     'write "sector"'),
    ("margin of another wave", W23, METHOD, rake("sector"),
     "waves/2023.toml: weighting margins", 'the margin "sector", which is not of wave 2023',
     "nothing", 'add "2023" to waves in margins/sector.toml, or name another margin'),
    ("bounds below 1", W24, METHOD, rake("sector", more="bounds = [0.2, 0.9]"),
     "waves/2024.toml: weighting bounds", "0.2 to 0.9",
     "a lowest factor from 0 to below 1 and a highest above 1",
     "write for example bounds = [0.3, 3.0]"),
    ("bounds above 1", W24, METHOD, rake("sector", more="bounds = [1.0, 3.0]"),
     "waves/2024.toml: weighting bounds", "1 to 3",
     "a lowest factor from 0 to below 1 and a highest above 1",
     "write for example bounds = [0.3, 3.0]"),
    ("negative bounds", W24, METHOD, rake("sector", more="bounds = [-0.5, 3.0]"),
     "waves/2024.toml: weighting bounds", "-0.5 to 3",
     "a lowest factor from 0 to below 1 and a highest above 1",
     "write for example bounds = [0.3, 3.0]"),
]  # fmt: skip

COUNTED = [
    ("level counted twice", M, COUNTS, 'counts = [["erfgoed", 600], ["erfgoed", 400]]',
     "margins/sector.toml: counts", 'the level "erfgoed" 2 times', "every level once", "keep one"),
    ("negative count", M, COUNTS, 'counts = [["erfgoed", 600], ["podium", -4]]',
     'margins/sector.toml: counts "podium"', "-4", HOW_MANY, "correct it"),
    ("count that is no number", M, COUNTS, 'counts = [["erfgoed", 600], ["podium", nan]]',
     'margins/sector.toml: counts "podium"', "nan", HOW_MANY, "correct it"),
    ("endless count", M, COUNTS, 'counts = [["erfgoed", 600], ["podium", inf]]',
     'margins/sector.toml: counts "podium"', "inf", HOW_MANY, "correct it"),
    ("count beyond reckoning", M, COUNTS, 'counts = [["erfgoed", 600], ["podium", 1e308]]',
     'margins/sector.toml: counts "podium"', "1e+308", HOW_MANY, "correct it"),
    ("nothing counted", M, COUNTS, 'counts = [["erfgoed", 0], ["podium", 0]]',
     "margins/sector.toml: counts", "no count above 0", "counts of the population", "add them"),
]  # fmt: skip

STAGES = [
    ("unknown unit", W24, WEIGHTING, f'{STAGE}unit = "school"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 unit", '"school"', "respondent, cluster",
     'name the column under [columns], as design = ["school"]'),
    ("misspelt unit", W24, WEIGHTING, f'{STAGE}unit = "clusters"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 unit", '"clusters"', "respondent, cluster",
     'write "cluster", or name the column under [columns], as design = ["clusters"]'),
    ("cluster without a column", W23, WEIGHTING, f'{STAGE}unit = "cluster"\n\n{WEIGHTING}',
     "waves/2023.toml: design stage 1 unit", '"cluster"', "respondent",
     'name its column under [columns], as cluster = "…"'),
    ("stratum without a column", W24, WEIGHTING, f'{STAGE}stratum = "stratum"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 stratum", '"stratum"',
     "segment:sector, segment:omvang, segment:werk",
     'name its column under [columns], as stratum = "…"'),
    ("stratum of an unknown segment", W24, WEIGHTING,
     f'{STAGE}stratum = "segment:sectr"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 stratum", 'the unknown segment "sectr"',
     "sector, omvang, werk", 'write "sector"'),
    ("stratum of a multiple choice", W24, WEIGHTING,
     f'{STAGE}stratum = "segment:werk"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 stratum",
     'the segment "werk", in which one respondent may have several levels',
     "a segment over a single-choice question", "choose another segment"),
    ("respondents before the last stage", W24, WEIGHTING,
     f'{STAGE}\n{STAGE}unit = "cluster"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 unit", "respondents, before the last stage",
     "respondents only at the last stage",
     "put this stage last; nothing is drawn within a respondent"),
    ("unit twice", W24, WEIGHTING,
     f'{STAGE}unit = "cluster"\n\n{STAGE}unit = "cluster"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 2 unit", '"cluster", the unit of an earlier stage',
     "a unit within that of the stage before", "name another unit, or remove this stage"),
    ("population of 0", W24, WEIGHTING, f"{STAGE}population = 0\n\n{WEIGHTING}",
     "waves/2024.toml: design stage 1 population", "0", "a number above 0",
     "give it, or leave population out"),
    ("endless population", W24, WEIGHTING, f"{STAGE}population = inf\n\n{WEIGHTING}",
     "waves/2024.toml: design stage 1 population", "inf", "a number above 0",
     "give it, or leave population out"),
    ("population of an unknown column", W24, WEIGHTING,
     f'{STAGE}population = "size"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 population", '"size"', "margin:sector",
     'name the column under [columns], as design = ["size"]'),
    ("population of an unknown margin", W24, WEIGHTING,
     f'{STAGE}stratum = "segment:sector"\npopulation = "margin:sectr"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 population", 'the unknown margin of this wave "sectr"',
     "sector", 'write "sector"'),
    ("margin without its strata", W24, WEIGHTING,
     f'{STAGE}population = "margin:sector"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 population",
     'counts per level of the segment "sector", with no stratum',
     "a margin whose levels are the strata", 'set stratum = "segment:sector"'),
    ("margin of other strata", W24, WEIGHTING,
     f'{STAGE}stratum = "segment:omvang"\npopulation = "margin:sector"\n\n{WEIGHTING}',
     "waves/2024.toml: design stage 1 population",
     'counts per level of the segment "sector", with the stratum "segment:omvang"',
     "a margin whose levels are the strata", 'set stratum = "segment:sector"'),
    ("column of no stage", W24, 'panel = "panel"', 'panel = "panel"\ndesign = ["school"]',
     "waves/2024.toml: columns design", 'the column "school", which no stage names',
     "columns that a [[design.stage]] names", "name it in a stage, or move it to ignored"),
]  # fmt: skip

OVERLAPS = [
    ("overlap of the first wave", W23, 'language = "nl"', 'language = "nl"\noverlap = "none"',
     "waves/2023.toml: overlap", '"none"', "nothing in the first wave, which has none before it",
     "remove it"),
    ("panel without a key before", W24, 'language = "nl"', 'language = "nl"\noverlap = "panel"',
     "waves/2024.toml: overlap", '"panel" without a panel column in 2023',
     "a panel column in this wave and the one before",
     'name it under [columns], or set overlap = "unknown"'),
    ("cluster without a key before", W24, 'language = "nl"',
     'language = "nl"\noverlap = "cluster"',
     "waves/2024.toml: overlap", '"cluster" without a cluster column in 2023',
     "a cluster column in this wave and the one before",
     'name it under [columns], or set overlap = "unknown"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edited", "told"),
    [
        pytest.param(case[1:4], case[4:], id=case[0])
        for case in (*METHODS, *COUNTED, *STAGES, *OVERLAPS)
    ],
)
def test_each_fault_is_told_and_no_other(
    klein_copy: Path,
    list_faults: ListFaults,
    edit: Edit,
    edited: tuple[str, str, str],
    told: tuple[str, str, str, str],
) -> None:
    edit(*edited)
    assert list_faults(klein_copy) == [Fault(*told)]


def test_a_personal_column_is_no_column_of_the_design(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    old = 'personal = ["IP Address", "Email Address"]'
    edit(W23, old, f'{old}\ndesign = ["IP Address"]')
    edit(W23, WEIGHTING, f'{STAGE}unit = "IP Address"\n\n{WEIGHTING}')
    assert list_faults(klein_copy) == [
        Fault(
            "waves/2023.toml: columns design",
            'the personal column "IP Address"',
            "columns that are no personal data",
            "take it out of design; it is refused at the door",
        )
    ]


def test_a_stratum_waits_for_its_question(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    segments = klein_copy / "segments.toml"
    more = '\n[[segment]]\nid = "beleid"\ntext.nl = "x"\ntext.en = "x"\nquestion = "beleid"\n'
    segments.write_text(segments.read_text(encoding="utf-8") + more, encoding="utf-8")
    edit(W23, WEIGHTING, f'{STAGE}stratum = "segment:beleid"\n\n{WEIGHTING}')
    assert list_faults(klein_copy) == [
        Fault(
            "waves/2023.toml: design stage 1 stratum",
            'the segment "beleid", whose question "beleid" this wave did not ask',
            "a segment that this wave knows",
            "choose another segment",
        )
    ]


def test_margins_of_a_wave_add_up_to_one_total(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    sizes = klein_copy / "margins/omvang.toml"
    edit(W24, METHOD, rake("sector", "omvang"))
    sizes.write_text(SIZES.format(largest=201), encoding="utf-8")
    assert list_faults(klein_copy) == [
        Fault(
            "waves/2024.toml: weighting margins",
            'margin "sector" adds up to 1000 and margin "omvang" to 1001',
            "margins of one population, with one total",
            "scale or correct the counts of one of them",
        )
    ]
    sizes.write_text(SIZES.format(largest=200), encoding="utf-8")
    study = load_study(klein_copy, need_exports=False)
    assert study.wave("2024").weighting.margins == ("sector", "omvang")
    assert [margin.total for margin in study.margins] == [1000, 1000]


def test_post_stratification_meets_one_margin(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    (klein_copy / "margins/omvang.toml").write_text(SIZES.format(largest=200), encoding="utf-8")
    edit(W24, METHOD, rake("sector", "omvang", method="post-stratify"))
    assert [fault.allowed for fault in list_faults(klein_copy)] == ["exactly one margin to be met"]
    edit(W24, '"sector", "omvang"', '"omvang"')
    assert load_study(klein_copy, need_exports=False).wave("2024").weighting.margins == ("omvang",)


def test_two_margins_over_one_segment_are_one_too_many(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    other = (klein_copy / M).read_text(encoding="utf-8").replace('id = "sector"', 'id = "later"')
    (klein_copy / "margins/later.toml").write_text(other, encoding="utf-8")
    edit(W24, METHOD, rake("sector", "later"))
    assert [fault.found for fault in list_faults(klein_copy)] == ['the segment "sector" 2 times']


def test_a_margin_over_a_multiple_choice_cannot_be_met(
    klein_copy: Path, list_faults: ListFaults, edit: Edit
) -> None:
    edit(M, 'segment = "sector"', 'segment = "werk"')
    edit(M, COUNTS, 'counts = [["collectie", 600], ["programma", 400]]')
    assert load_study(klein_copy, need_exports=False).margins[0].segment == "werk"
    edit(W24, METHOD, rake("sector"))
    assert [fault.found for fault in list_faults(klein_copy)] == [
        'the segment "werk", in which one respondent may have several levels'
    ]


def test_a_sound_design_loads(klein_copy: Path, edit: Edit) -> None:
    """Organisations drawn per sector, people within them, and a panel with the wave before."""
    edit(W24, 'panel = "panel"', 'panel = "panel"\ndesign = ["people"]\nweight = "w"')
    edit(W24, WEIGHTING, f'[design]\nlonely = "centre"\n\n{STAGE}unit = "cluster"\n'
          'stratum = "segment:sector"\npopulation = "margin:sector"\n\n'
          f'{STAGE}population = "people"\n\n{WEIGHTING}')  # fmt: skip
    more = 'base = "design"\nbounds = [0.5, 2.0]\nmissing = "own-share"'
    edit(W24, METHOD, rake("sector", more=more))
    edit(W24, 'language = "nl"', 'language = "nl"\noverlap = "panel"')
    edit(W23, "[columns]\n", '[columns]\npanel = "sleutel"\n')
    wave = load_study(klein_copy, need_exports=False).wave("2024")
    assert [stage.unit for stage in wave.design.stages] == ["cluster", "respondent"]
    assert wave.design.lonely == "centre"
    assert (wave.weighting.base, wave.overlap) == ("design", "panel")
