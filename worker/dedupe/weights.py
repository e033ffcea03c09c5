"""The weights of the verifier's terms: a logistic model, fitted once, kept as data.

Written by `python -m tests.quality.fit --write`: Newton steps under the signs of `terms.SIGNS`, on the pairs
that these streams bring up with full texts and with summaries: real_reuters_dev, wiresim_dev, wiresim_ko,
wiresim_ja, wiresim_zh, simulator, newsroom. They are real Reuters wire of February and March 1987, simulated
edits of it and of Korean, Japanese and Chinese texts, and this project's own simulator and sample newsroom.
Worth of a pair by kind of stream: real 15, wiresim 1, simulator 2, newsroom 0.3.

Terms and threshold were chosen by fitting on one half of each stream (by time, or by outlets, texts and
templates) and scoring the other, so that no half is an untouched test. The weights are fitted on both.
"""

BIAS = -2.716

WEIGHTS: dict[str, float] = {
    "shared": 9.335,
    "short_small": -8.838,
    "lead_both": 2.201,
    "brief_turned": -6.866,
    "short_tail": -4.753,
    "fresh": -0.585,
    "inlay": -4.129,
    "whole_half": -7.695,
    "whole_short": 0.397,
    "number_balance": -3.353,
    "number_lead": 0.369,
    "short_number_lost": -1.881,
    "name_diff": -2.428,
    "name_balance": -0.328,
    "short_name_diff": -1.077,
    "title_share": 1.615,
    "title_swap": -0.259,
    "short_title_numbers": -1.406,
    "title_fact": -0.190,
    "short_title_fact": -6.439,
    "title_mass": 0.836,
    "heading": 0.774,
    "brief": -1.447,
    "short": 7.517,
    "size": -0.730,
    "same": -2.700,
    "same_small": 0.545,
    "same_number_diff": -3.902,
    "same_number_share": 1.044,
    "same_thin": -8.319,
    "gap_short": -3.136,
    "gap_unlike": -2.974,
    "gap_number_diff": -3.083,
    "gap_equal": -0.800,
    "worn": -5.965,
    "correct_title": 8.184,
    "place": -0.801,
}
