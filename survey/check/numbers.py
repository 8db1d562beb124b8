"""A question in, faults out of its numbers: ends that do not rise, bins out of order, nets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from survey.check.names import find_unknown
from survey.faults import Fault, list_few
from survey.questionnaire import Question, Scale


def check_bounds(where: str, question: Question) -> Iterator[Fault]:
    """The ends of a rating or a number and the edges of its bins rise; a rating has whole ends."""
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low >= high:
        yield Fault(
            f"{where} minimum",
            f"minimum = {low:g} and maximum = {high:g}",
            "a minimum below the maximum",
            "exchange or correct them",
        )
    broken = [f"{end:g}" for end in (low, high) if end is not None and end % 1]
    if question.kind == "rating" and broken:
        yield Fault(
            where,
            f"a rating that ends at {list_few(broken)}",
            "whole numbers at both ends of a rating",
            "choose whole ends, or the kind number",
        )
    edges = question.bins
    falling = any(after < before for before, after in pairwise(edges))
    if edges and (len(set(edges)) == 1 or falling or max(map(edges.count, edges)) > 2):
        yield Fault(
            f"{where} bins",
            list_few((f"{edge:g}" for edge in edges), most=len(edges)),
            "two or more edges, rising; one that stands twice is a bin of that number alone",
            "put them in rising order, each once or twice",
        )


def check_nets(where: str, named: Question | Scale) -> Iterator[Fault]:
    """A net counts answers, or points of a rating, under a code that none of these has."""
    points = list_points(named) if isinstance(named, Question) else []
    codes = points or [answer.code for answer in named.answers]
    if isinstance(named, Question) and named.kind == "rating" and not points:
        return  # its ends are told already
    for net in named.nets:
        for code in net.answers:
            here = f'{where} nets "{net.code}"'
            if points and code not in points:  # the nearest spelling of a number is no advice
                ends = f"a point from {points[0]} to {points[-1]}"
                yield Fault(here, f'the point "{code}"', ends, "take it out or widen the scale")
            elif not points:
                yield from find_unknown(here, code, codes, "answer")
        if net.code in codes:
            yield Fault(
                f"{where} nets",
                f'the code "{net.code}"',
                "a code that is no answer's",
                "give the net a code of its own",
            )


def list_points(question: Question) -> list[str]:
    """Return the points of a rating as its nets name them: "0", "1", …; none for other kinds."""
    low, high = question.minimum, question.maximum
    if question.kind != "rating" or low is None or high is None:
        return []
    return [str(point) for point in range(int(low), int(high) + 1)]
