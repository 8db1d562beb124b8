"""The phrases of the glossary in, its table out: every term with what it means here."""

from __future__ import annotations

from analysis.phrases import load_phrases
from analysis.tell.scope import Scope
from analysis.tell.tables import Table


def glossary(scope: Scope) -> Table:
    """One row a term, in the order of the language's alphabet."""
    phrases = load_phrases(scope.language)
    keys = [key.split(".")[1] for key in phrases if key.startswith("glossary.") and
            key.endswith(".term")]  # fmt: skip
    terms = {key: scope.say(f"glossary.{key}.term") for key in keys}
    rows = [(terms[key], scope.say(f"glossary.{key}.meaning"))
            for key in sorted(keys, key=lambda key: terms[key].casefold())]  # fmt: skip
    return scope.table(
        scope.say("method.glossary_caption"), scope.heads("term", "meaning"), list(rows)
    )
