"""A sheet in, the survey structure that LimeSurvey delivers beside the answers (.lss) out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from analysis.phrases import phrase
from analysis.rehearse.sheet import Sheet, deliver_codes
from survey.questionnaire import Question, Questionnaire
from survey.routing import Compare, fold_condition, parse_routing
from survey.wave import Ask, Wave

SURVEY = "100001"  # any number will do; LimeSurvey gives another at import
VERSION = "641"
TYPES = {"multiple": "M", "grid": "F", "ranking": "R", "open": "T"}
Row = Mapping[str, str | int]


@dataclass
class _Tables:
    """The rows of each section, in the order in which LimeSurvey writes the sections."""

    answers: list[Row] = field(default_factory=list)
    answer_l10ns: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    group_l10ns: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    subquestions: list[Row] = field(default_factory=list)
    question_l10ns: list[Row] = field(default_factory=list)
    surveys: list[Row] = field(default_factory=list)
    surveys_languagesettings: list[Row] = field(default_factory=list)


def write_structure(sheet: Sheet, delivered: date) -> bytes:
    """Return groups, questions, subquestions, answers and texts as XML, in UTF-8."""
    tables, wave = _Tables(), sheet.wave
    blocks = sheet.study.questionnaire.blocks
    for gid, block in enumerate(blocks, start=1):
        tables.groups.append({"gid": gid, "sid": SURVEY, "group_order": gid, "grelevance": ""})
        tables.group_l10ns.append(
            {
                "id": gid,
                "gid": gid,
                "group_name": block.text[wave.language],
                "description": "",
                "language": wave.language,
            }
        )
    groups = {block.id: gid for gid, block in enumerate(blocks, start=1)}
    for question in sheet.study.questionnaire.questions:
        ask = wave.find_ask(question.id)
        if ask is not None:
            _add_question(tables, sheet, question, ask, groups[question.block])
    _add_survey(tables, sheet, delivered)
    return _form_document(tables, wave).encode("utf-8")


def _add_question(tables: _Tables, sheet: Sheet, question: Question, ask: Ask, gid: int) -> None:
    qid = 1 + len(tables.questions) + len(tables.subquestions)
    row = _row_question(sheet, question, gid, qid)
    tables.questions.append(row)
    texts = ask.text or question.text
    _add_text(tables, sheet.wave, qid, texts, question.instruction)
    for order, (code, text) in enumerate(_list_parts(sheet, question, ask)):
        part = 1 + len(tables.questions) + len(tables.subquestions)
        tables.subquestions.append(
            {
                **row,
                "qid": part,
                "parent_qid": qid,
                "type": "T",
                "title": code,
                "question_order": order,
                "relevance": 1,
            }
        )
        _add_text(tables, sheet.wave, part, text)
    if question.kind in ("single", "grid", "ranking"):
        _add_answers(tables, sheet, question, ask, qid)


def _row_question(sheet: Sheet, question: Question, gid: int, qid: int) -> dict[str, str | int]:
    kind = TYPES.get(question.kind, "L" if question.answers else "N")
    routed = question.asked_if
    return {
        "qid": qid,
        "parent_qid": 0,
        "sid": SURVEY,
        "gid": gid,
        "type": ":" if question.periods else kind,
        "title": question.id,
        "other": "Y" if question.other else "N",
        "mandatory": "N",
        "question_order": qid,
        "scale_id": 0,
        "relevance": express_routing(routed, sheet.study.questionnaire, sheet.wave)
        if routed
        else 1,
    }


def _list_parts(
    sheet: Sheet, question: Question, ask: Ask
) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Return the subquestions: the rows of a grid, the options of a multiple choice."""
    wave = sheet.wave
    if question.kind == "grid":
        codes = {item: delivered for delivered, item in reversed(ask.items)}
        for item in sheet.study.offered_items(question, wave.id):
            yield codes.get(item.id, item.id), item.text
        for period in question.periods:
            yield period.code, period.text
    if question.kind == "multiple":
        known = deliver_codes(wave, question, ask)
        for option in sheet.study.offered_answers(question, wave.id):
            if option.code != question.other:
                yield str(known[option.code]), option.text


def _add_answers(tables: _Tables, sheet: Sheet, question: Question, ask: Ask, qid: int) -> None:
    wave, known = sheet.wave, deliver_codes(sheet.wave, question, ask)
    offered = sheet.study.offered_answers(question, wave.id)
    listed = [a for a in (*offered, *(a for _, a in question.outside)) if a.code != question.other]
    for order, answer in enumerate(listed, start=1):
        aid = 1 + len(tables.answers)
        tables.answers.append(
            {
                "aid": aid,
                "qid": qid,
                "code": str(known[answer.code]),
                "sortorder": order,
                "assessment_value": 0,
                "scale_id": 0,
            }
        )
        tables.answer_l10ns.append(
            {"id": aid, "aid": aid, "answer": answer.text[wave.language], "language": wave.language}
        )


def _add_text(
    tables: _Tables,
    wave: Wave,
    qid: int,
    text: Mapping[str, str],
    instruction: Mapping[str, str] | None = None,
) -> None:
    tables.question_l10ns.append(
        {
            "id": qid,
            "qid": qid,
            "question": text[wave.language],
            "help": instruction[wave.language] if instruction else "",
            "script": "",
            "language": wave.language,
        }
    )


def _add_survey(tables: _Tables, sheet: Sheet, delivered: date) -> None:
    wave, about = sheet.wave, sheet.study.about
    notice = phrase(wave.language, "rehearse.notice")
    tables.surveys.append(
        {
            "sid": SURVEY,
            "admin": notice,
            "adminemail": "verzonnen@example.org",
            "anonymized": "N",
            "format": "G",
            "language": wave.language,
            "additional_languages": "",
            "datestamp": "Y",
            "startdate": f"{wave.fielded[0].isoformat()} 00:00:00",
            "expires": f"{wave.fielded[1].isoformat()} 23:59:59",
            "lastmodified": f"{delivered.isoformat()} 12:00:00",
        }
    )
    tables.surveys_languagesettings.append(
        {
            "surveyls_survey_id": SURVEY,
            "surveyls_language": wave.language,
            "surveyls_title": f"{notice}: {about.title[wave.language]} ({wave.id})",
            "surveyls_description": notice,
            "surveyls_dateformat": 5,
            "surveyls_numberformat": 1,
        }
    )


def express_routing(text: str, questionnaire: Questionnaire, wave: Wave) -> str:
    """Return a routing expression as LimeSurvey writes it, with its variable names and codes."""

    def deliver(question: str, code: str | float) -> str:
        ask = wave.find_ask(question)
        known = deliver_codes(wave, questionnaire[question], ask) if ask else {}
        return str(known.get(str(code), code))

    def compare(node: Compare) -> str:
        question = node.variable.split(".")[0]
        name = node.variable.replace(".", "_")
        if node.operator == "contains":
            return f'{name}_{deliver(question, str(node.value))}.NAOK == "Y"'
        values: tuple[Any, ...] = node.value if isinstance(node.value, tuple) else (node.value,)
        sign = {"=": "==", "in": "=="}.get(node.operator, node.operator)
        tests = [f'{name}.NAOK {sign} "{deliver(question, value)}"' for value in values]
        return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"

    expression: str = fold_condition(
        parse_routing(text),
        compare,
        lambda inner: f"!({inner})",
        lambda left, right: f"({left} and {right})",
        lambda left, right: f"({left} or {right})",
    )
    return f"({expression})"


def _form_document(tables: _Tables, wave: Wave) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<document>",
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>",
        f" <DBVersion>{VERSION}</DBVersion>",
        " <languages>",
        f"  <language>{escape(wave.language)}</language>",
        " </languages>",
    ]
    for section, rows in vars(tables).items():
        if rows:
            lines += _form_section(section, rows)
    return "\n".join([*lines, "</document>", ""])


def _form_section(section: str, rows: list[Row]) -> list[str]:
    fields = [f"   <fieldname>{name}</fieldname>" for name in rows[0]]
    lines = [f" <{section}>", "  <fields>", *fields, "  </fields>", "  <rows>"]
    for row in rows:
        lines += [
            "   <row>",
            *(_form_field(name, value) for name, value in row.items()),
            "   </row>",
        ]
    return [*lines, "  </rows>", f" </{section}>"]


def _form_field(name: str, value: str | int) -> str:
    if value == "":
        return f"    <{name}/>"
    safe = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"    <{name}><![CDATA[{safe}]]></{name}>"
