"""A question's profile and a crowd in, where everybody stands on its latent scales out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from analysis.rehearse.cells import Cells, value_cells
from analysis.rehearse.crowd import Crowd, Marks, Numbers
from survey.rehearsal import QuestionProfile, Rehearsal, Tilt, Trait
from survey.routing import name_questions
from survey.routing_values import meet_condition
from survey.study import Study

# Without a declared trait all closed questions hang together a little, as answers of people do.
PLAIN_TRAIT = Trait(id="plain")
PLAIN_TILT = Tilt(trait="plain", by=0.35)
# However strong the declared traits, this much of a person's answer is the person's own.
OWN_LEAST = 0.15


@dataclass
class Room:
    """Where one wave is being filled in: who is there and what they answered so far."""

    study: Study
    rehearsal: Rehearsal
    crowd: Crowd
    answers: dict[str, Cells] = field(default_factory=dict)

    def meet(self, condition: str) -> Marks:
        """Say who meets a routing expression, by the answers so far."""
        asked = self.study.questionnaire
        values = value_cells(condition, self.answers, asked)
        return meet_condition(condition, asked, values, self.crowd.n)

    def list_tilts(self, profile: QuestionProfile) -> tuple[Tilt, ...]:
        return profile.tilts if self.rehearsal.traits or profile.tilts else (PLAIN_TILT,)

    def find_trait(self, trait: str) -> Trait:
        named = (declared for declared in self.rehearsal.traits if declared.id == trait)
        return next(named, PLAIN_TRAIT)

    def name_needed(self, profile: QuestionProfile) -> tuple[str, ...]:
        """Return the questions that must be answered before this one can be."""
        tilts = list(self.list_tilts(profile))
        for tilt in self.list_tilts(profile):
            tilts += self.find_trait(tilt.trait).tilts if tilt.trait else ()
        question = self.study.questionnaire[profile.id]
        conditions = [tilt.when for tilt in tilts] + [question.asked_if]
        return tuple(name for text in conditions if text for name in name_questions(text))


def measure_trait(room: Room, trait: Trait) -> Numbers:
    """Return everybody's value of a trait: a standard normal draw, moved by its tilts."""
    value = room.crowd.draw_trait(trait.id, trait.organisation)
    for tilt in trait.tilts:
        value = value + _weigh(room, tilt)
    return value


def lean_on_scale(room: Room, profile: QuestionProfile, name: str, codes: Iterable[str]) -> Numbers:
    """Return everybody's place on the latent scale of the variable `name`.

    Traits and a draw of one's own together have variance 1 (before the traits' own tilts); the
    other tilts move it. `codes` are the items, periods and answers by which tilts find it.
    """
    n = room.crowd.n
    common, loading, moved = np.zeros(n), np.zeros(n), np.zeros(n)
    for tilt in _choose(room.list_tilts(profile), codes):
        weight = _weigh(room, tilt)
        if tilt.trait is None:
            moved += weight
        else:
            common += weight * measure_trait(room, room.find_trait(tilt.trait))
            loading += weight**2
    own = room.crowd.draw_own(name, profile.fact, profile.stable)
    return common + np.sqrt(np.maximum(OWN_LEAST, 1 - loading)) * own + moved


def lean_on_odds(room: Room, profile: QuestionProfile, name: str, code: str) -> Numbers:
    """Return everybody's attraction to one of several unordered answers, a log odds plus Gumbel.

    The answer with the highest attraction is chosen; without tilts each has its share.
    """
    attraction = np.zeros(room.crowd.n)
    for tilt in _choose(room.list_tilts(profile), (code,)):
        weight = _weigh(room, tilt)
        if tilt.trait is None:
            attraction += weight
        elif tilt.on:  # a trait that pulls to every answer alike pulls to none
            attraction += weight * measure_trait(room, room.find_trait(tilt.trait))
    thrown = np.clip(room.crowd.throw(name, profile.fact, profile.stable), 1e-12, 1 - 1e-12)
    return attraction - np.log(-np.log(thrown))


def _choose(tilts: Iterable[Tilt], codes: Iterable[str]) -> list[Tilt]:
    names = set(codes)
    return [tilt for tilt in tilts if not tilt.on or names & set(tilt.on)]


def _weigh(room: Room, tilt: Tilt) -> Numbers:
    """Return a tilt's `by` for whom it applies, 0 for the others."""
    if tilt.waves and room.crowd.wave not in tilt.waves:
        return np.zeros(room.crowd.n)
    if tilt.when is None:
        return np.full(room.crowd.n, tilt.by)
    return np.where(room.meet(tilt.when), tilt.by, 0.0)
