"""The rows of r_survey_calibration that are not held to 1e-8, each with its reason.

The reasons are those of ../shared/README.md; what holds of such a row all the same stands with it.
A row that is none of these is held by the test of its matter.
"""

from __future__ import annotations

import re

RAKE = (
    "R's rake() is repeated post-stratification, so its standard errors and what is made of them "
    "are not those of calibrate(calfun='raking'), which are ours; weights and estimates are held"
)
GLM = "R's glm stops early: held to 1e-4, and the rows that ran to convergence to 1e-8"
TRIM = "R's trimWeights no longer meets the margins; ours are met within bounds, or refused"
BOOTSTRAP = "the 200 bootstrap replicate weights are not in the file"
LEFT_OUT = [  # pattern of the key, values of the first pattern that fits, reason
    (r"\w+_trim\..+", 664, TRIM),
    (r"(srs|strat|clus1)_rake\.(mean_api00|total_enroll|ciprop)\.(se|lo|hi)", 27, RAKE),
    (r"(srs|strat|clus1)_rake\.(dom\.se|glm\.se|chisqF\.\w+|ttest\.\w+|wilcox\.stat)", 30, RAKE),
    (r"\w+\.(glm\.(se|t|p)|glm_regterm\.\w+)", 104, GLM),
    (r"bs\..+", 9, BOOTSTRAP),
]


def test_rows_left_out(reference):
    left = [0] * len(LEFT_OUT)
    for key, values in reference.items():
        fits = [bool(re.fullmatch(pattern, key)) for pattern, _, _ in LEFT_OUT]
        if any(fits):
            left[fits.index(True)] += len(values)
    assert left == [count for _, count, _ in LEFT_OUT]
