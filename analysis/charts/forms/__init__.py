"""The forms of chart, one a file with one signature; a new form is a new file.

Each file has `draw(data: FigureData, theme: Theme) -> plotnine.ggplot` and names the `shape` of
the numbers it draws in `SHAPE` (see `analysis.charts.shapes`).
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def list_forms() -> tuple[str, ...]:
    """Return the names of all forms: the files of this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load_form(form: str) -> ModuleType:
    """Return the module of a form; raises ValueError for a name that has no file."""
    if form not in list_forms():
        raise ValueError(
            f"chart form {form!r}: no such form; allowed are {', '.join(list_forms())}; "
            f"a new form is a file analysis/charts/forms/{form}.py"
        )
    return import_module(f"{__name__}.{form}")
