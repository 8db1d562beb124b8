"""The sources of the packages in, one fault out for every import that a room does not allow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from reports.check.files import name_within
from survey.faults import Fault

# `survey` holds values; whoever reads them must not need more than this.
SURVEY_MAY = {*sys.stdlib_module_names, "survey", "numpy", "pandas", "pydantic", "pydantic_core"}
# Imported by every command, `--help` among them: what takes long is imported where it is used.
LIGHT = ("survey/__init__.py", "analysis/__init__.py", "reports/__init__.py", "reports/command.py")
HEAVY = {
    "babel", "matplotlib", "numpy", "pandas", "pingouin", "plotnine", "pydantic",
    "pypandoc", "pyreadstat", "python_calamine", "scipy", "statsmodels", "typst", "xlsxwriter",
}  # fmt: skip


def find_forbidden_imports(root: Path) -> list[Fault]:
    """Return the imports beyond what `survey` may have, and heavy ones at a light module's top.

    import-linter holds the order of the packages; it can forbid names, not allow only some.
    """
    faults = []
    for file in sorted((root / "survey").rglob("*.py")):
        for line, name, _ in _list_imports(file):
            if name not in SURVEY_MAY:
                where = f"{name_within(root, file)}:{line}"
                allowed = "the standard library, numpy, pandas, pydantic"
                faults.append(Fault(where, f"import of {name}", allowed, "do it in analysis/"))
    for file in (root / name for name in LIGHT):
        for line, name, at_top in _list_imports(file) if file.is_file() else ():
            if at_top and name in HEAVY:
                where = f"{name_within(root, file)}:{line}"
                todo = "import it inside the function that uses it"
                faults.append(Fault(where, f"import of {name} at the top", "light imports", todo))
    return faults


def _list_imports(file: Path) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, top-level package, whether it runs when the module is imported)."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            yield node.lineno, name.split(".")[0], id(node) not in inside
