"""Phrases: both languages say the same things, and a gap is an error, never an empty text."""

from __future__ import annotations

import pytest

from analysis.phrases import PhraseError, list_languages, list_places, load_phrases, phrase


def test_every_language_has_the_same_keys_and_places() -> None:
    languages = list_languages()
    assert {"en", "nl"} <= set(languages)
    first = load_phrases(languages[0])
    for language in languages[1:]:
        other = load_phrases(language)
        assert set(other) == set(first)
        for key, text in first.items():
            assert list_places(other[key]) == list_places(text), key


def test_no_phrase_is_empty() -> None:
    for language in list_languages():
        assert [key for key, text in load_phrases(language).items() if not text.strip()] == []


def test_values_are_filled_in() -> None:
    assert phrase("nl", "chart.mean_in", unit="uren") == "Gemiddelde in uren"
    assert phrase("en", "chart.mean_in", unit="hours") == "Mean in hours"


def test_a_missing_key_names_the_file() -> None:
    with pytest.raises(PhraseError, match=r"nl\.toml: no phrase 'chart\.nonsense'"):
        phrase("nl", "chart.nonsense")


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(PhraseError, match=r"has places for \['unit'\], found values for \[\]"):
        phrase("nl", "chart.mean_in")


def test_a_superfluous_value_is_an_error() -> None:
    with pytest.raises(PhraseError, match=r"found values for \['n'\]"):
        phrase("nl", "chart.all", n=3)


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(PhraseError, match=r"no xx\.toml; found en, nl"):
        phrase("xx", "chart.all")


def test_apostrophes_and_quotation_marks_are_those_of_print() -> None:
    for language in list_languages():
        phrases = load_phrases(language)
        assert [key for key, text in phrases.items() if "'" in text or '"' in text] == []
