"""A yes-or-no outcome and predictors go in, a weighted logistic model and its effects come out.

Coefficients maximise the weighted likelihood; their errors, and those of the average marginal
effects, are linearised under the design (Binder 1983, Int. Stat. Review 51, 279–292).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.statistics.associations import Association, associate_wald
from analysis.statistics.design import Design, degrees_of_freedom, standard_errors
from analysis.statistics.domains import Floats
from analysis.statistics.intervals import student
from analysis.statistics.linearise import Linearised

EVENTS_A_TERM = 10  # Peduzzi and others 1996, J. Clinical Epidemiology 49, 1373–1379
_MOST_STEPS = 100


class TooFewEventsError(ValueError):
    """The outcome is too rare, or too common, for so many terms."""


@dataclass(frozen=True)
class Predictor:
    """A number per respondent (NaN missing), or a level (code, −1 missing; level 0 compared to)."""

    name: str
    values: Floats  # (n,)
    levels: tuple[str, ...] = ()  # empty for a number

    @property
    def terms(self) -> list[str]:
        """Name of every coefficient."""
        return [f"{self.name}: {level}" for level in self.levels[1:]] or [self.name]

    def columns(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Columns (n, terms), NaN made 0, and who has a value (n,)."""
        given = np.asarray(self.values, np.float64)
        if self.levels:
            present = given >= 0
            return (given[:, None] == np.arange(1, len(self.levels))).astype(np.float64), present
        present = ~np.isnan(given)
        return np.where(present, given, 0.0)[:, None], present


@dataclass(frozen=True)
class Coefficients:
    """Estimates on the logit scale, or average marginal effects, each (terms,)."""

    terms: tuple[str, ...]
    value: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    p: Floats
    degrees: float


@dataclass(frozen=True)
class LogisticModel:
    """A fitted model; row subsets stay domains of the design."""

    design: Design
    predictors: tuple[Predictor, ...]
    inside: NDArray[np.bool_]  # (n,) rows without missing values
    matrix: Floats  # (n, 1 + terms), intercept first
    beta: Floats
    influence: Floats  # (n, 1 + terms)
    events: int  # of the rarer outcome
    units: int  # sampled units less strata

    def coefficients(self, level: float = 0.95) -> Coefficients:
        """Log odds ratios, the intercept first, with t tests on units − strata − terms."""
        names = ("intercept", *(term for part in self.predictors for term in part.terms))
        return _describe(self, names, self.beta, self.influence, level)

    def test_predictor(self, name: str) -> Association:
        """Wald test that all coefficients of one predictor are 0."""
        columns = self._columns(name)
        estimate = Linearised(self.beta[columns], self.influence[:, columns])
        below = self.units + 1 - len(self.beta)
        return associate_wald(self.design, estimate, below + len(columns), int(self.inside.sum()))

    def average_effects(self, level: float = 0.95) -> Coefficients:
        """Average marginal effect of every term, as a difference in probability.

        For a level: the mean over respondents of the probability with that level less that with
        the first. For a number: the mean derivative. The influence is that of the mean plus the
        gradient times that of the coefficients (Graubard and Korn 1999, Biometrics 55, 652–659).
        """
        names, values, influences = [], [], []
        for predictor in self.predictors:
            columns = self._columns(predictor.name)
            for column, term in zip(columns, predictor.terms, strict=True):
                effect, gradient = self._effect(column, columns, bool(predictor.levels))
                value, influence = self._average(effect, gradient)
                names.append(term)
                values.append(value)
                influences.append(influence)
        return _describe(self, tuple(names), np.array(values), np.column_stack(influences), level)

    def _columns(self, name: str) -> list[int]:
        start = 1
        for predictor in self.predictors:
            count = len(predictor.terms)
            if predictor.name == name:
                return list(range(start, start + count))
            start += count
        known = ", ".join(part.name for part in self.predictors)
        raise ValueError(f"predictor {name} is not in the model; it has {known}.")

    def _effect(self, column: int, group: list[int], level: bool) -> tuple[Floats, Floats]:
        """Effect of a term on every respondent, and its gradient in the coefficients."""
        if not level:
            p = special.expit(self.matrix @ self.beta)
            slope = p * (1 - p)
            gradient = self.matrix * (slope * (1 - 2 * p) * self.beta[column])[:, None]
            gradient[:, column] += slope
            return slope * self.beta[column], gradient
        without = self.matrix.copy()
        without[:, group] = 0.0
        with_it = without.copy()
        with_it[:, column] = 1.0
        p, q = special.expit(with_it @ self.beta), special.expit(without @ self.beta)
        gradient = with_it * (p * (1 - p))[:, None] - without * (q * (1 - q))[:, None]
        return p - q, gradient

    def _average(self, effect: Floats, gradient: Floats) -> tuple[float, Floats]:
        weight = self.design.weights * self.inside
        total = weight.sum()
        value = float(weight @ effect / total)
        own = np.where(self.inside, effect - value, 0.0) / total
        return value, own + self.influence @ (weight @ gradient / total)


def fit_logistic(
    design: Design,
    outcome: ArrayLike,
    predictors: Sequence[Predictor],
    members: ArrayLike | None = None,
    least_events: float = EVENTS_A_TERM,
) -> LogisticModel:
    """Fit outcome (n,) of 0, 1 and NaN on the predictors by Newton's method.

    Respondents with a missing value are outside the domain, not cut from the design. Raises
    TooFewEventsError below ``least_events`` of the rarer outcome a term, and ValueError for
    other outcomes, predictors without variation or fixed by others, and perfect separation.
    """
    y, matrix, inside = _arrange(design, outcome, predictors, members)
    terms = matrix.shape[1] - 1
    ones = int((inside & (y == 1)).sum())
    events = min(ones, int(inside.sum()) - ones)
    if events < least_events * terms:
        raise TooFewEventsError(
            f"logistic: {events} respondents have the rarer outcome, {terms} terms need "
            f"{least_events * terms:g} ({least_events:g} a term); use fewer segments or levels."
        )
    weight = design.weights * inside
    _check_rank(matrix[inside], predictors)
    beta = _maximise(matrix, y, weight / weight.sum(), predictors)
    p = special.expit(matrix @ beta)
    bread = np.linalg.inv((matrix * (weight * p * (1 - p))[:, None]).T @ matrix)
    influence = (matrix * (inside * (y - p))[:, None]) @ bread
    units = degrees_of_freedom(design, inside)
    return LogisticModel(design, tuple(predictors), inside, matrix, beta, influence, events, units)


def _arrange(
    design: Design,
    outcome: ArrayLike,
    predictors: Sequence[Predictor],
    members: ArrayLike | None,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Outcome with 0 outside, design matrix with intercept, and who is inside."""
    y = np.asarray(outcome, np.float64)
    wrong = ~(np.isnan(y) | (y == 0) | (y == 1))
    if y.shape != (design.n,) or np.any(wrong):
        found = y[wrong][0] if np.any(wrong) else y.shape
        raise ValueError(f"logistic: the outcome holds {found}; give {design.n} of 0, 1 or NaN.")
    inside = ~np.isnan(y) & (design.weights > 0)
    if members is not None:
        inside = inside & np.asarray(members, np.bool_)
    columns = [np.ones((design.n, 1))]
    for predictor in predictors:
        part, present = predictor.columns()
        inside = inside & present
        columns.append(part)
    return np.where(inside, y, 0.0), np.concatenate(columns, axis=1), inside


def _check_rank(matrix: Floats, predictors: Sequence[Predictor]) -> None:
    names = ["intercept", *(term for part in predictors for term in part.terms)]
    spread = np.abs(matrix).max(axis=0, initial=0.0)
    scaled = matrix / np.where(spread > 0, spread, 1.0)
    for count in range(2, matrix.shape[1] + 1):
        if np.linalg.matrix_rank(scaled[:, :count]) < count:
            raise ValueError(
                f"logistic: {names[count - 1]} does not vary, or is fixed by the terms before it; "
                "leave it out or merge levels."
            )


def _maximise(matrix: Floats, y: Floats, weight: Floats, predictors: Sequence[Predictor]) -> Floats:
    """Newton's method with step halving."""

    def likelihood(beta: Floats) -> float:
        eta = matrix @ beta
        return float(weight @ (y * eta - np.logaddexp(0, eta)))

    beta = np.zeros(matrix.shape[1])
    for _ in range(_MOST_STEPS):
        p = special.expit(matrix @ beta)
        gradient = (weight * (y - p)) @ matrix
        curvature = (matrix * (weight * p * (1 - p))[:, None]).T @ matrix
        if np.linalg.cond(curvature) > 1e14:
            break
        step = np.linalg.solve(curvature, gradient)
        while likelihood(beta + step) < likelihood(beta) - 1e-12:
            step = step / 2
        beta = beta + step
        if np.max(np.abs(step) / (1 + np.abs(beta))) < 1e-13:
            return beta
    names = ["intercept", *(term for part in predictors for term in part.terms)]
    worst = names[int(np.argmax(np.abs(beta)))]
    raise ValueError(
        f"logistic: the fit does not settle ({worst} runs to {beta[np.argmax(np.abs(beta))]:.3g}); "
        "a predictor separates the outcomes perfectly. Merge its levels or leave it out."
    )


def _describe(
    model: LogisticModel, names: Sequence[str], value: Floats, influence: Floats, level: float
) -> Coefficients:
    """Errors, t tests and intervals on units − strata + 1 − coefficients degrees of freedom."""
    degrees = float(max(model.units + 1 - len(model.beta), 0))
    error = standard_errors(model.design, influence)
    lower, upper = student(value, error, degrees, level)
    t = np.divide(value, error, out=np.full(len(error), np.nan), where=error > 0)
    p = 2 * special.stdtr(degrees, -np.abs(t)) if degrees > 0 else np.full(len(t), np.nan)
    return Coefficients(tuple(names), value, error, lower, upper, p, degrees)
