"""The study ai-cultuur asks what its questionnaire demands, and each wave differs as declared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from survey.columns import Column, list_columns, list_personal_columns
from survey.declaration import Text
from survey.load import load_study
from survey.questionnaire import Question
from survey.routing import iterate_compares, parse_routing
from survey.study import Study

LONGEST_LABEL = 50  # characters that a chart can set in two lines beside its bars
NUMBER_WORDS = {
    "helft", "derde", "kwart", "meerderheid", "minderheid", "procent", "meeste",
    "half", "third", "quarter", "majority", "minority", "percent", "most",
}  # fmt: skip


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("ai-cultuur", need_exports=False)


def find_column(study: Study, wave: str, variable: str) -> Column:
    return next(c for c in list_columns(study, wave) if c.variable.name == variable)


def list_texts(study: Study) -> Iterator[Text]:
    for question in study.questionnaire.questions:
        yield question.text
        for parts in (question.all_answers, question.items, question.nets, question.periods):
            yield from (part.text for part in parts)
        yield from (item.short for item in question.items if item.short)
        yield from (t for t in (question.short, question.instruction, question.unit) if t)
    for wave in study.waves:
        yield from (ask.note for ask in wave.asks if ask.note)
        yield from (ask.text for ask in wave.asks if ask.text)
        yield from (*wave.notes, wave.weighting.reason, wave.title)
    plan = study.plan
    yield from (family.text for family in plan.families)
    yield from (text for one in plan.contrasts for text in (one.text, one.reason))
    yield from (score.text for score in plan.scores)
    yield from (outcome.text for outcome in plan.outcomes)
    about = study.about
    yield from (about.title, about.recruitment, about.population, about.respondents)
    yield from (theme.lead for theme in study.questionnaire.themes if theme.lead)


def test_every_block_and_kind_is_asked(study: Study) -> None:
    asked = study.questionnaire
    blocks = ["organisatie", "stand", "houding", "verwachting", "aiact", "ondersteuning"]
    assert [block.id for block in asked.blocks] == blocks
    assert list(dict.fromkeys(q.block for q in asked.questions)) == blocks
    assert {q.kind for q in asked.questions} == {
        "single", "multiple", "grid", "rating", "number", "ranking", "open",
    }  # fmt: skip


def test_questionnaire_is_as_long_as_demanded(study: Study) -> None:
    asked = study.questionnaire.questions
    items = sum(len(q.items) * max(1, len(q.periods)) for q in asked if q.kind == "grid")
    options = sum(len(q.answers) for q in asked if q.kind in ("multiple", "ranking"))
    assert len(asked) == 45
    assert (items, options) == (41, 78)
    assert [len(study.asked(wave)) for wave in study.wave_order] == [40, 40, 44]


def test_statements_ethics_quadrants_and_support_are_complete(study: Study) -> None:
    asked = study.questionnaire
    assert [i.id for i in asked["zorgen"].items] == [
        "kwaliteit", "bias", "auteursrecht", "vertrouwen", "duurzaamheid",
    ]  # fmt: skip
    quadrants = ["werkprocessen", "waarde", "beleving", "producten"]
    assert [i.id for i in asked["impact"].items] == quadrants
    assert [p.code for p in asked["impact"].periods] == ["jaar1", "jaar3", "jaar5"]
    assert [net.code for net in asked["toepassingen"].nets] == quadrants
    needs = [i.id for i in asked["behoefte"].items]
    assert needs == [
        "kennisdossier", "tips", "voorbeelden", "training", "experimenteren", "ervaringen",
        "advies", "beleid", "infrastructuur", "subsidie",
    ]  # fmt: skip
    assert [a.code for a in asked["urgent"].answers] == [*needs, "geen"]
    assert asked["veranderingen"].most == 3


def test_every_application_stands_in_one_quadrant(study: Study) -> None:
    question = study.questionnaire["toepassingen"]
    counted = [code for net in question.nets for code in net.answers]
    assert counted == [a.code for a in question.answers if a.code not in ("anders", "geen")]
    assert question.exclusive == ("geen",)


def test_every_question_has_a_theme_or_describes_who_answered(study: Study) -> None:
    for question in study.questionnaire.questions:
        private = question.block == "organisatie" or question.personal
        assert (question.theme is None) == private, question.id


def test_texts_differ_between_languages_where_they_are_sentences(study: Study) -> None:
    for text in list_texts(study):
        assert text["nl"] == text["nl"].strip()
        assert text["en"] == text["en"].strip()
        if len(text["nl"].split()) > 4:
            assert text["nl"] != text["en"]
        assert "|" not in text["nl"], "a bar parts the two header rows of the 2024 export"


def test_apostrophes_are_those_of_print(study: Study) -> None:
    texts = [text for texts in list_texts(study) for text in texts.values()]
    assert any("’" in text for text in texts)
    assert [text for text in texts if re.search(r"\w'\w", text)] == []


def test_dutch_titles_of_waves_fit_within_a_sentence(study: Study) -> None:
    assert [wave.title["nl"] for wave in study.waves] == [
        "meting 2024", "meting 2025", "meting 2026",
    ]  # fmt: skip


def test_leads_hold_no_figures(study: Study) -> None:
    for theme in study.questionnaire.themes:
        assert theme.lead is not None
        for lead in theme.lead.values():
            assert not re.search(r"\d", lead)
            assert not NUMBER_WORDS & set(re.findall(r"\w+", lead.lower()))


def test_labels_of_charts_are_short(study: Study) -> None:
    for question in study.questionnaire.questions:
        assert question.short is not None, question.id
        items = [item.short or item.text for item in question.items]
        answers = [answer.text for answer in question.all_answers]
        for label in (*items, *answers, question.short):
            for text in label.values():
                assert len(text) <= LONGEST_LABEL, text


def test_policy_answer_is_split_and_goes_on_in_the_trend(study: Study) -> None:
    policy = study.questionnaire["beleid"]
    offered = {w: [a.code for a in study.offered_answers(policy, w)] for w in study.wave_order}
    assert offered["2024"] == ["ja", "in_ontwikkeling", "nee"]
    assert offered["2025"] == ["ja_vastgesteld", "ja_afspraken", "in_ontwikkeling", "nee"]
    assert offered["2026"] == offered["2025"]
    assert study.grade("beleid", "2025") == "split"
    assert study.grade("beleid", "2025", "ja_vastgesteld") == "new"
    for part in ("ja", "in_ontwikkeling", "nee"):
        assert study.grade("beleid", "2025", part) == "same"
    assert study.grade("beleid", "2026", "ja_vastgesteld") == "same"


def test_two_statements_are_added_and_one_is_dropped(study: Study) -> None:
    statements = study.questionnaire["stellingen"]
    offered = {w: {i.id for i in study.offered_items(statements, w)} for w in study.wave_order}
    assert len(offered["2024"]) == 8
    assert offered["2025"] - offered["2024"] == {"afhankelijk", "samen"}
    assert offered["2024"] - offered["2025"] == {"hype"}
    assert offered["2026"] == offered["2025"]
    assert study.grade("stellingen", "2025", "samen") == "new"
    assert study.grade("stellingen", "2025", "tijdwinst") == "same"
    assert study.grade("stellingen", "2026", "samen") == "same"


def test_size_compares_over_waves_only_for_the_self_employed(study: Study) -> None:
    size = study.questionnaire["omvang"]
    offered = {w: [a.code for a in study.offered_answers(size, w)] for w in study.wave_order}
    assert offered["2024"] == offered["2026"] == ["zzp", "1_9", "10_49", "50_249", "250plus"]
    assert offered["2025"] == ["zzp", "1_4", "5_19", "20_99", "100plus"]
    for wave in ("2025", "2026"):
        assert study.grade("omvang", wave) == "rescaled"
        grades = {code: study.grade("omvang", wave, code) for code in offered[wave]}
        assert grades.pop("zzp") == "same"
        assert set(grades.values()) == {"new"}


def test_agreement_is_delivered_the_other_way_round_in_2025(study: Study) -> None:
    codes = find_column(study, "2025", "stellingen.tijdwinst").by_delivered
    assert [codes[f"A{i}"] for i in range(1, 7)] == [
        "zeer_eens", "eens", "neutraal", "oneens", "zeer_oneens", "weet_niet",
    ]  # fmt: skip
    assert find_column(study, "2024", "stellingen.tijdwinst").by_delivered["Eens"] == "eens"
    numbers = find_column(study, "2026", "stellingen.tijdwinst").by_delivered
    assert (numbers["1"], numbers["5"], numbers["99"]) == ("zeer_oneens", "zeer_eens", "weet_niet")


def test_renamed_tool_is_one_tool_in_all_waves(study: Study) -> None:
    names = {w: find_column(study, w, "tools.gemini").name for w in study.wave_order}
    assert names["2024"].endswith("| Bard")
    assert (names["2025"], names["2026"]) == ("tools[SQ002]", "tools_gemini")
    assert study.grade("tools", "2025") == "reworded"
    assert study.grade("tools", "2025", "gemini") == "same"
    note = study.wave("2025").find_ask("tools").note  # type: ignore[union-attr]
    assert note is not None
    assert "Bard" in note["nl"]


def test_question_on_jobs_is_reworded_in_2026(study: Study) -> None:
    assert [study.grade("banen", wave) for wave in ("2025", "2026")] == ["same", "reworded"]
    assert study.grade("banen", "2026", "meer") == "reworded"
    ask = study.wave("2026").find_ask("banen")
    assert ask is not None
    assert ask.text is not None
    assert ask.text["nl"] != study.questionnaire["banen"].text["nl"]


def test_ai_act_is_new_in_2026(study: Study) -> None:
    block = [q.id for q in study.questionnaire.questions if q.block == "aiact"]
    assert len(block) == 4
    for question in block:
        assert study.wave("2025").find_ask(question) is None
        assert study.grade(question, "2026") == "new"


def test_nothing_else_breaks_between_waves(study: Study) -> None:
    breaks = {
        (wave.id, ask.question)
        for wave in study.waves[1:]
        for ask in wave.asks
        if ask.grade != "same" and study.questionnaire[ask.question].block != "aiact"
    }
    assert breaks == {
        ("2025", "omvang"), ("2025", "tools"), ("2025", "beleid"),
        ("2026", "omvang"), ("2026", "banen"),
    }  # fmt: skip


def list_named_codes(question: Question) -> set[str]:
    return {answer.code for answer in question.all_answers}


def test_routing_names_earlier_questions_and_known_codes(study: Study) -> None:
    asked = study.questionnaire
    routed = {q.id: q.asked_if for q in asked.questions if q.asked_if}
    assert routed["tools"] == "gebruik != 'nooit'"
    operators = set()
    for name, rule in routed.items():
        for compare in iterate_compares(parse_routing(rule)):
            source = asked[compare.variable]
            assert asked.position(source.id) < asked.position(name)
            operators.add(compare.operator)
            values = compare.value if isinstance(compare.value, tuple) else (compare.value,)
            if source.kind != "number":
                assert set(values) <= list_named_codes(source)
    assert operators == {"!=", ">", "in", "contains"}
    assert all(word in " ".join(routed.values()) for word in (" and ", " or ", "not "))


def test_frequency_of_use_is_asked_of_everybody(study: Study) -> None:
    levels = {level.code: level.answers for level in study.segment("gebruik").levels}
    assert study.questionnaire["gebruik"].asked_if is None
    assert levels["niet_gebruikers"] == ("nooit",)
    assert len(levels["gebruikers"]) == 4


def test_sectors_hold_every_discipline_once(study: Study) -> None:
    answers = [code for level in study.segment("sector").levels for code in level.answers]
    disciplines = [answer.code for answer in study.questionnaire["discipline"].answers]
    assert len(disciplines) == 12
    assert sorted(answers) == sorted(disciplines)
    headlines = {segment.id for segment in study.segments if segment.headline}
    assert headlines == {"sector", "omvang", "gebruik"}


def test_personal_data_are_refused_in_every_wave(study: Study) -> None:
    personal = {wave: list_personal_columns(study, wave) for wave in study.wave_order}
    assert {"IP Address", "Email Address", "First Name", "Last Name"} < set(personal["2024"])
    assert personal["2025"] == ("ipaddr", "contactgegevens")
    assert personal["2026"] == ("emailadres", "contactgegevens")
    for wave, names in personal.items():
        assert not set(names) & {column.name for column in list_columns(study, wave)}


def test_columns_are_named_as_each_tool_names_them(study: Study) -> None:
    names = {w: [c.name for c in list_columns(study, w)] for w in study.wave_order}
    assert names["2025"][names["2025"].index("rangorde[1]") :][:4] == [
        "rangorde[1]", "rangorde[2]", "rangorde[3]", "rangorde[4]",
    ]  # fmt: skip
    allowed = re.compile(r"[a-z][a-z0-9]{1,19}(\[(SQ\d{3}(_jaar\d)?|other|\d)\])?")
    assert all(allowed.fullmatch(name) for name in names["2025"])
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{1,63}", name) for name in names["2026"])
    assert len({name.lower() for name in names["2026"]}) == len(names["2026"])


def test_don_t_know_is_99_wherever_2026_offers_it(study: Study) -> None:
    for question in study.asked("2026"):
        if question.dont_know is not None:
            ask = study.wave("2026").find_ask(question.id)
            assert ask is not None
            assert ("99", question.dont_know.code) in ask.answers


def test_panel_key_and_organisations(study: Study) -> None:
    columns = {wave.id: wave.columns for wave in study.waves}
    assert [columns[wave].panel for wave in study.wave_order] == [
        None, "panelsleutel", "panelsleutel",
    ]  # fmt: skip
    assert all(column.cluster for column in columns.values())


def test_margins_fit_the_waves_and_agree_on_the_total(study: Study) -> None:
    totals = set()
    for wave in ("2025", "2026"):
        for segment in ("sector", "omvang"):
            margin = study.margin(segment, wave)
            assert margin is not None
            assert margin.invented
            assert "verzonnen" in margin.source["nl"].lower()
            assert "invented" in margin.source["en"].lower()
            totals.add(sum(count for _, count in margin.counts))
        size = study.margin("omvang", wave)
        assert size is not None
        offered = study.offered_answers(study.questionnaire["omvang"], wave)
        assert [code for code, _ in size.counts] == [answer.code for answer in offered]
    assert len(totals) == 1
    assert study.margin("sector", "2024") is None


def test_study_claims_no_publisher_and_no_representativeness(study: Study) -> None:
    assert study.about.publisher is None
    assert study.about.sample == "self-selected"
    assert study.about.licence == "CC-BY-4.0"
    first = study.wave("2024").weighting
    assert first.method == "none"
    assert first.reason["en"].startswith("Unweighted, because no defensible population exists")
    for text in list_texts(study):
        assert not re.search(r"\bDEN\b", " ".join(text.values()))


def test_weighting_is_decided_once_answers_were_in_and_says_what_it_cannot_do(
    study: Study,
) -> None:
    assert study.about.per_organisation == "several"
    full = load_study("ai-cultuur")
    for wave in study.waves:
        decision = wave.weighting
        assert decision.decided is not None
        assert decision.decided > full.passport(wave.id).delivered > wave.fielded[1]
        if wave.id == "2024":
            continue
        assert decision.method == "rake"
        assert decision.margins == ("sector", f"omvang-{wave.id}")
        assert (decision.missing, decision.bounds) == ("own-share", (0.4, 2.5))
        assert "verzonnen register" in decision.reason["nl"]
        assert "invented register" in decision.reason["en"]
        assert "nothing else" in decision.reason["en"]
    assert [wave.overlap for wave in study.waves] == ["unknown", "unknown", "panel"]


def test_every_question_of_a_theme_is_in_one_family_of_tests(study: Study) -> None:
    tested = [code for family in study.families for code in family.questions]
    closed = [q.id for q in study.questionnaire.questions if q.theme and q.is_closed]
    assert sorted(tested) == sorted(closed)
    assert next(f for f in study.families if f.id == "aiact").kinds == ("rest", "columns")


def test_plan_is_made_beforehand_and_covers_the_themes(study: Study) -> None:
    asked, plan = study.questionnaire, study.plan
    assert {contrast.planned.isoformat() for contrast in plan.contrasts} == {"2024-11-18"}
    themes = [asked[figure.row.partition(".")[0]].theme for figure in plan.key_figures]
    assert {theme: themes.count(theme) for theme in themes} == {
        "stand": 3, "verwachting": 3, "ondersteuning": 2,
    }  # fmt: skip
    assert plan.totals == ()
    assert plan.trend is not None
    assert plan.trend.segments == ("sector",), "bands of size differ from wave to wave"
    for score in plan.scores:
        items = [row.split(".") for row in score.items]
        for wave in study.wave_order:
            for question, item in items:
                offered = [one.id for one in study.offered_items(asked[question], wave)]
                assert item in offered, "a score that compares over all waves"
