"""Every fault of an analysis plan is told by key, found, allowed and what to do; a sound one loads.

The plans are of the small study in tests/data/klein: waves 2023 (fieldwork from 9 January 2023)
and 2024 (from 8 January 2024), in which `omvang` was split and `beleid` and the item `groen` are
new.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey.faults import Fault
from survey.load import load_study

ListFaults = Callable[[Path], list[Fault]]

SOUND = """
quantiles = [0.1, 0.9]

[[family]]
id = "gebruik"
text.nl = "Gebruik"
text.en = "Use"
questions = ["gebruik", "tools"]
segments = ["omvang"]
kinds = ["rest"]

[[family]]
id = "mening"
text.nl = "Mening"
text.en = "Opinion"
questions = ["stellingen", "kans"]

[[contrast]]
id = "vaker"
row = "gebruik"
answer = "vaak"
versus = "previous"
waves = ["2024"]
planned = 2024-01-07
text.nl = "Vaker"
text.en = "More often"
reason.nl = "Verwacht"
reason.en = "Expected"

[[contrast]]
id = "nuttig"
row = "stellingen.nuttig"
answer = "mee-eens"
segment = "sector"
level = "erfgoed"
versus = "podium"
waves = ["2023", "2024"]
planned = 2023-01-08
text.nl = "Nut"
text.en = "Use"
reason.nl = "Verwacht"
reason.en = "Expected"

[[contrast]]
id = "kans"
row = "kans"
segment = "omvang"
level = "groot"
versus = "previous"
waves = ["2024"]
planned = 2023-06-01
text.nl = "Kans"
text.en = "Opportunity"
reason.nl = "Verwacht"
reason.en = "Expected"

[[nested]]
outer = "sector"
inner = "omvang"
questions = ["kans", "gebruik"]

[[score]]
id = "oordeel"
text.nl = "Oordeel"
text.en = "Judgement"
items = ["stellingen.nuttig", "stellingen.duur", "stellingen.leuk"]
reversed = ["stellingen.duur"]
least_answered = 2

[[outcome]]
id = "vaak"
text.nl = "gebruikt vaak AI"
text.en = "use AI often"
row = "gebruik"
answers = ["vaak"]
segments = ["sector", "omvang"]

[trend]
segments = ["sector"]
reference = "2023"

[[key_figure]]
row = "impact.werk.1jaar"
answer = "fors"

[[key_figure]]
row = "kans"

[[key_figure]]
row = "tools"
answer = "tekst"

[[key_figure]]
row = "gebruik"
answer = "weet-niet"
"""

QUESTIONS = "sector, omvang, werkvormen, gebruik, tools, uren, beleid, stellingen, impact, kans, "
QUESTIONS += "wensen"
DECLARE = "use one of the allowed values or declare it"
OTHER_ID = "give one of them another id or remove it"


def family(**said: str) -> str:
    lines = {"id": '"f"', "questions": '["gebruik"]', **said}
    return "[[family]]\n" + write(lines)


def score(**said: str) -> str:
    items = '["stellingen.nuttig", "stellingen.leuk"]'
    return "[[score]]\n" + write({"id": '"s"', "items": items, "least_answered": "1", **said})


def outcome(**said: str) -> str:
    lines = {"id": '"o"', "row": '"gebruik"', "answers": '["vaak"]', "segments": '["sector"]'}
    return "[[outcome]]\n" + write({**lines, **said})


def ratio(**said: str) -> str:
    return "[[ratio]]\n" + write({"id": '"r"', **said})


def nested(**said: str) -> str:
    lines = {"outer": '"sector"', "inner": '"omvang"', "questions": '["kans"]', **said}
    return "[[nested]]\n" + write(lines, texts=False)


def key_figure(**said: str) -> str:
    return "[[key_figure]]\n" + write(said, texts=False)


def write(lines: dict[str, str], texts: bool = True) -> str:
    named = {**({"text.nl": '"x"', "text.en": '"x"'} if texts else {}), **lines}
    return "".join(f"{key} = {value}\n" for key, value in named.items() if value)


# the plan; where it stands after "plan.toml", found, allowed, to do
FAMILIES = [
    ("unknown question", family(questions='["gebruk"]'),
     ': family "f" questions', 'the unknown question "gebruk"', QUESTIONS, 'write "gebruik"'),
    ("open question", family(questions='["voorbeeld"]'),
     ': family "f" questions', 'the open question "voorbeeld"',
     "questions whose answers are counted", "take it out of the plan"),
    ("personal question", family(questions='["naam"]'),
     ': family "f" questions', 'the personal question "naam"',
     "questions whose answers are counted", "take it out of the plan"),
    ("question twice in a family", family(questions='["gebruik", "gebruik"]'),
     ': family "f" questions', 'the question "gebruik" 2 times', "every question once",
     "name it once"),
    ("question in two families", family() + family(id='"g"'),
     ': family "g" questions', 'the question "gebruik", which is of the family "f" too',
     "every question in one family", "take it out of one of them"),
    ("family twice", family() + family(questions='["tools"]'),
     ': family "f"', 'the family "f" 2 times', "every family once", OTHER_ID),
    ("name of the planned family", family(id='"planned"'),
     ': family "planned"', 'the id "planned"',
     "another id; this one is of the contrasts planned beforehand", "rename the family"),
    ("unknown segment of a family", family(segments='["sectr"]'),
     ': family "f" segments', 'the unknown segment "sectr"', "sector, omvang, werk",
     'write "sector"'),
]  # fmt: skip

COMBINED = [
    ("nested over one question", nested(inner='"sector"'),
     ": nested sector × sector", 'two segments made from the question "sector"',
     "segments made from two questions", "choose another inner or outer segment"),
    ("nested on its own question", nested(questions='["omvang"]'),
     ": nested sector × omvang questions", '"omvang", which one of the segments is made from',
     "questions that neither segment is made from", "take it out"),
    ("unknown inner segment", nested(inner='"omvan"'),
     ": nested sector × omvan inner", 'the unknown segment "omvan"', "sector, omvang, werk",
     'write "omvang"'),
    ("unknown outer segment", nested(outer='"sectr"'),
     ": nested sectr × omvang outer", 'the unknown segment "sectr"', "sector, omvang, werk",
     'write "sector"'),
    ("unknown nested question", nested(questions='["kas"]'),
     ": nested sector × omvang questions", 'the unknown question "kas"', QUESTIONS,
     'write "kans"'),
    ("pair twice", nested() + nested(questions='["gebruik"]'),
     ": nested", 'the pair "sector × omvang" 2 times', "every pair once",
     "put their questions together"),
    ("score twice", score() + score(),
     ': score "s"', 'the score "s" 2 times', "every score once", OTHER_ID),
    ("unknown item of a score", score(items='["stellingen.nuttig", "stellingen.leu"]'),
     ': score "s" items', 'the unknown item "leu"',
     "stellingen.nuttig, stellingen.duur, stellingen.eerlijk, stellingen.leuk, stellingen.nodig, "
     "stellingen.groen", 'write "stellingen.leuk"'),
    ("item of a score twice", score(items='["stellingen.nuttig", "stellingen.nuttig"]'),
     ': score "s" items', 'the item "stellingen.nuttig" 2 times', "every item once",
     "name it once"),
    ("reversed not among the items", score(reversed='["stellingen.duur"]'),
     ': score "s" reversed', 'the unknown item of the score "stellingen.duur"',
     "stellingen.nuttig, stellingen.leuk", 'write "stellingen.leuk"'),
    ("more answered than there are items", score(least_answered="3"),
     ': score "s" least_answered', "3", "at most 2, the number of items", "lower it"),
    ("items without order", score(items='["gebruik", "beleid"]'),
     ': score "s" items', '"beleid", whose answers have no order',
     "ratings, and choices with ordered answers",
     "take it out, or set ordered = true for its question"),
    ("items of two scales", score(items='["stellingen.nuttig", "gebruik"]'),
     ': score "s" items',
     '"gebruik" (nooit, soms, vaak, low-to-high) beside "stellingen.nuttig" (zeer-oneens, '
     "oneens, neutraal, eens, zeer-eens, low-to-high)",
     "items that share one scale", "make a score of each scale"),
    ("a rating beside a choice", score(items='["gebruik", "kans"]'),
     ': score "s" items', '"kans" (0 to 10) beside "gebruik" (nooit, soms, vaak, low-to-high)',
     "items that share one scale", "make a score of each scale"),
]  # fmt: skip

NUMBERS = [
    ("ratio of one number", ratio(numerator='"uren"', denominator='"uren"'),
     ': ratio "r"', "one number over itself", "two numbers", "name another of the two"),
    ("ratio of a rating", ratio(numerator='"kans"', denominator='"uren"'),
     ': ratio "r" numerator', 'the rating question "kans"', "numbers that can be summed: uren",
     "choose one of them"),
    ("ratio of nothing", ratio(numerator='"uren"', denominator='"gewicht"'),
     ': ratio "r" denominator', 'the unknown question "gewicht"', QUESTIONS, DECLARE),
    ("totals of a self-selected sample", 'totals = ["uren"]\n',
     ": totals", "uren",
     "no totals for a self-selected sample (sample in study.toml), which speaks of nobody but "
     "its respondents", "remove totals"),
    ("quantile of 1", "quantiles = [0.25, 1.0]\n",
     ": quantiles", "1", "above 0 and below 1", "write 0.25 for a quarter"),
    ("quantile of 0", "quantiles = [0.0]\n",
     ": quantiles", "0", "above 0 and below 1", "write 0.25 for a quarter"),
    ("the median", "quantiles = [0.5]\n",
     ": quantiles", "0.5", "others than the median, which is always there", "remove it"),
    ("quantile twice", "quantiles = [0.25, 0.25]\n",
     ": quantiles", 'the quantile "0.25" 2 times', "every quantile once", "keep one"),
]  # fmt: skip

OUTCOMES = [
    ("outcome twice", outcome() + outcome(),
     ': outcome "o"', 'the outcome "o" 2 times', "every outcome once", OTHER_ID),
    ("unknown row of an outcome", outcome(row='"gebrik"'),
     ': outcome "o" row', 'the unknown question "gebrik"', QUESTIONS, 'write "gebruik"'),
    ("outcome of a rating", outcome(row='"kans"', answers='["9"]'),
     ': outcome "o" row', 'the rating question "kans"',
     "single or multiple choice, or an item of a grid", "choose another row"),
    ("unknown answer of an outcome", outcome(answers='["vak"]'),
     ': outcome "o" answers', 'the unknown answer of "gebruik" "vak"', "nooit, soms, vaak",
     'write "vaak"'),
    ("don't know as yes", outcome(answers='["weet-niet"]'),
     ': outcome "o" answers', 'the unknown answer of "gebruik" "weet-niet"',
     "nooit, soms, vaak", DECLARE),
    ("everything as yes", outcome(answers='["nooit", "soms", "vaak"]'),
     ': outcome "o" answers', "all answers",
     "some of the answers, so that others count as no", "leave out those that mean no"),
    ("answer of an outcome twice", outcome(answers='["vaak", "vaak"]'),
     ': outcome "o" answers', 'the answer "vaak" 2 times', "every answer once", "name it once"),
    ("multiple-choice segment", outcome(segments='["werk"]'),
     ': outcome "o" segments',
     'the segment "werk", in which one respondent may have several levels',
     "segments over single-choice questions", "choose another segment"),
    ("unknown segment of an outcome", outcome(segments='["omvan"]'),
     ': outcome "o" segments', 'the unknown segment "omvan"', "sector, omvang, werk",
     'write "omvang"'),
    ("segment on the outcome's own question", outcome(row='"omvang"', answers='["groot"]',
                                                      segments='["omvang"]'),
     ': outcome "o" segments', '"omvang", which is made from the question "omvang" itself',
     "segments made from other questions", "take it out"),
    ("segment twice", outcome(segments='["sector", "sector"]'),
     ': outcome "o" segments', 'the segment "sector" 2 times', "every segment once",
     "name it once"),
]  # fmt: skip

REST = [
    ("unknown reference", '[trend]\nsegments = ["sector"]\nreference = "2022"\n',
     ": trend reference", 'the unknown wave "2022"', "2023, 2024", 'write "2024"'),
    ("unknown segment of the trend", '[trend]\nsegments = ["sectr"]\nreference = "2023"\n',
     ": trend segments", 'the unknown segment "sectr"', "sector, omvang, werk",
     'write "sector"'),
    ("levels that differ", '[trend]\nsegments = ["omvang"]\nreference = "2023"\n',
     ": trend segments",
     'the segment "omvang", whose levels differ in wave 2024: klein (dropped), alleen '
     "(new), enkelen (new)",
     "segments whose levels are graded the same from wave to wave",
     "choose another segment, or group its answers into levels that compare"),
    ("multiple-choice trend", '[trend]\nsegments = ["werk"]\nreference = "2023"\n',
     ": trend segments",
     'the segment "werk", in which one respondent may have several levels',
     "segments over single-choice questions", "choose another segment"),
    ("key figure of an unknown row", key_figure(row='"kanss"'),
     ': key figure "kanss" row', 'the unknown question "kanss"', QUESTIONS, 'write "kans"'),
    ("key figure of an unknown answer", key_figure(row='"gebruik"', answer='"vak"'),
     ': key figure "gebruik vak" answer', 'the unknown answer or net of "gebruik" "vak"',
     "nooit, soms, vaak, weet-niet", 'write "vaak"'),
    ("key figure without answer", key_figure(row='"tools"'),
     ': key figure "tools" answer', 'the multiple question "tools" without an answer',
     "an answer or a net; only ratings and numbers have a mean", 'add answer = "…"'),
    ("key figure twice", key_figure(row='"kans"') * 2,
     "", 'the key figure "kans" 2 times', "every key figure once", "name it once"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        pytest.param(case[1], case[2:], id=case[0])
        for case in (*FAMILIES, *COMBINED, *NUMBERS, *OUTCOMES, *REST)
    ],
)
def test_each_fault_is_told_and_no_other(
    klein_copy: Path, list_faults: ListFaults, plan: str, told: tuple[str, str, str, str]
) -> None:
    (klein_copy / "plan.toml").write_text(plan, encoding="utf-8")
    where, *rest = told
    assert list_faults(klein_copy) == [Fault(f"plan.toml{where}", *rest)]


def test_a_sound_plan_loads(klein_copy: Path) -> None:
    (klein_copy / "plan.toml").write_text(SOUND, encoding="utf-8")
    study = load_study(klein_copy, need_exports=False)
    assert [family.id for family in study.families] == ["gebruik", "mening"]
    assert [contrast.id for contrast in study.plan.contrasts] == ["vaker", "nuttig", "kans"]


def test_without_a_plan_every_block_is_a_family(klein_copy: Path) -> None:
    study = load_study(klein_copy, need_exports=False)
    assert {family.id: family.questions for family in study.families} == {
        "wie": ("sector", "omvang", "werkvormen"),
        "gebruik": ("gebruik", "tools", "uren", "beleid"),
        "mening": ("stellingen", "impact", "kans", "wensen"),
    }


def test_all_faults_of_a_plan_are_told_at_once(klein_copy: Path, list_faults: ListFaults) -> None:
    plan = SOUND.replace('"kans"]', '"kas"]').replace(
        "planned = 2024-01-07", "planned = 2024-02-01"
    )
    plan = plan.replace('reference = "2023"', 'reference = "2032"')
    (klein_copy / "plan.toml").write_text(plan, encoding="utf-8")
    assert [fault.where for fault in list_faults(klein_copy)] == [
        'plan.toml: family "mening" questions',
        'plan.toml: contrast "vaker" planned',
        "plan.toml: trend reference",
    ]


def test_items_that_no_wave_asked_together_make_no_score(
    klein_copy: Path, list_faults: ListFaults
) -> None:
    """`nodig` until 2023 and `groen` since 2024."""
    path = klein_copy / "questionnaire.toml"
    old = 'id = "nodig"\n'
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, old + 'until = "2023"\n'), encoding="utf-8")
    items = '["stellingen.nodig", "stellingen.groen"]'
    (klein_copy / "plan.toml").write_text(score(items=items), encoding="utf-8")
    assert list_faults(klein_copy) == [
        Fault(
            'plan.toml: score "s" items',
            "items that no wave asked together",
            "items that at least one wave asked all of",
            "take out those that were asked in other waves",
        )
    ]


def add_questions(folder: Path, *texts: str) -> None:
    path = folder / "questionnaire.toml"
    path.write_text("\n".join([path.read_text(encoding="utf-8"), *texts]), encoding="utf-8")


NUMBER = (
    '[[question]]\nid = "jaren"\nkind = "number"\nblock = "wie"\ntext.nl = "?"\ntext.en = "?"\n'
)


def test_a_ratio_needs_a_wave_that_asked_both_numbers(
    klein_copy: Path, list_faults: ListFaults
) -> None:
    add_questions(klein_copy, NUMBER)
    plan = ratio(numerator='"uren"', denominator='"jaren"')
    (klein_copy / "plan.toml").write_text(plan, encoding="utf-8")
    assert [fault.found for fault in list_faults(klein_copy)] == [
        "two numbers that no wave asked together"
    ]
    wave = klein_copy / "waves/2024.toml"
    asked = '\n[[ask]]\nquestion = "jaren"\npage = 1\ngrade = "new"\nnote.nl = "x"\nnote.en = "x"\n'
    wave.write_text(wave.read_text(encoding="utf-8") + asked, encoding="utf-8")
    assert load_study(klein_copy, need_exports=False).plan.ratios[0].denominator == "jaren"


def test_totals_of_a_random_sample_are_of_numbers(
    klein_copy: Path, list_faults: ListFaults
) -> None:
    path = klein_copy / "study.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"self-selected"', '"random"'), encoding="utf-8")
    plan = klein_copy / "plan.toml"
    plan.write_text('totals = ["uren"]\n', encoding="utf-8")
    assert load_study(klein_copy, need_exports=False).plan.totals == ("uren",)
    plan.write_text('totals = ["kans"]\n', encoding="utf-8")
    assert [fault.found for fault in list_faults(klein_copy)] == ['the rating question "kans"']


def test_a_trend_needs_its_question_in_every_wave(
    klein_copy: Path, list_faults: ListFaults
) -> None:
    segments = klein_copy / "segments.toml"
    more = '\n[[segment]]\nid = "beleid"\ntext.nl = "x"\ntext.en = "x"\nquestion = "beleid"\n'
    segments.write_text(segments.read_text(encoding="utf-8") + more, encoding="utf-8")
    (klein_copy / "plan.toml").write_text(
        '[trend]\nsegments = ["beleid"]\nreference = "2024"\n', encoding="utf-8"
    )
    assert list_faults(klein_copy)[0].found == (
        'the segment "beleid", whose question "beleid" wave 2023 did not ask'
    )


def test_levels_that_group_a_split_answer_hold_a_trend(klein_copy: Path) -> None:
    """`klein` was split into `alleen` and `enkelen`; as one level it goes on."""
    segments = klein_copy / "segments.toml"
    text = segments.read_text(encoding="utf-8")
    levels = (
        'question = "omvang"\nlevels = [["minder", "Minder", "Fewer", ["klein"]], '
        '["meer", "Meer", "More", ["midden", "groot"]]]\n'
    )
    segments.write_text(text.replace('question = "omvang"\n', levels), encoding="utf-8")
    wave = klein_copy / "waves/2024.toml"
    text = wave.read_text(encoding="utf-8")
    both = 'comparable = ["klein", "midden", "groot"]'
    wave.write_text(text.replace('comparable = ["midden", "groot"]', both), encoding="utf-8")
    plan = '[trend]\nsegments = ["omvang"]\nreference = "2023"\n'
    (klein_copy / "plan.toml").write_text(plan, encoding="utf-8")
    assert load_study(klein_copy, need_exports=False).plan.trend is not None
