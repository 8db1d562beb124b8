"""Typst source on standard input, its settings as one JSON argument; the PDF on standard output.

A program of its own, which `embedded` starts for each PDF: Typst keeps what it worked out for a
next time, 200 MB a report, and the memory ends with the process. It ends with 1 and Typst's words
on standard error where Typst refuses or warns.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import typst


def main() -> int:
    """Set what comes in; return the exit code."""
    settings = json.loads(sys.argv[1])
    # Its type stub cannot say that source in memory is allowed.
    compile_typst: Any = typst.compile_with_warnings
    try:
        pdf, warnings = compile_typst(sys.stdin.buffer.read(), **settings)
    except typst.TypstError as error:
        print(getattr(error, "diagnostic", None) or error, file=sys.stderr)
        return 1
    if warnings:
        said = "; ".join(str(getattr(warning, "message", warning)) for warning in warnings)
        print(f"warning: {said}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
