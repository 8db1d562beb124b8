"""A study in, every fault that shows when its parts are held together out: one module a part.

`study` calls the others in their order; `names`, `numbers` and `rows` are what they share.
"""

from survey.check.routing import check_condition
from survey.check.study import check_parts, check_whole
from survey.check.weighting import check_margins_are_real, find_uneven_totals

__all__ = [
    "check_condition",
    "check_margins_are_real",
    "check_parts",
    "check_whole",
    "find_uneven_totals",
]
