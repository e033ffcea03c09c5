"""The weights of the match model: a logistic model, fitted offline.

Written by `python -m tests.quality.fit --write`: Newton steps under the signs of `model_terms.SIGNS`, on the
candidate pairs of these streams with full texts and with summaries: real_reuters_dev, wiresim_dev,
wiresim_ko, wiresim_ja, wiresim_zh, simulator, newsroom. They are real Reuters wire of February and March
1987, simulated edits of it and of Korean, Japanese and Chinese texts, and this project's own simulator and
sample newsroom. Weight of a pair by kind of stream: real 15, wiresim 1, simulator 2, newsroom 0.3.

Terms and threshold were chosen by fitting on one half of each stream (by time, or by outlets, texts and
templates) and scoring the other, so neither half is an independent test set. The weights are fitted on both.
"""

BIAS = -3.894

# of two short items: bias, weights of the rules' likeness up to and above the threshold, and of the log odds
SHORT = (-3.93, 8.15, 9.29, 0.76)

WEIGHTS: dict[str, float] = {
    "shared": 9.231,
    "short_small": -8.301,
    "lead_both": 2.389,
    "brief_turned": -6.863,
    "short_tail": -5.600,
    "fresh": 0.000,
    "inlay": -3.834,
    "whole_half": -6.932,
    "whole_short": 0.238,
    "number_balance": -3.460,
    "number_lead": 0.396,
    "short_number_lost": -1.371,
    "name_diff": -2.632,
    "name_balance": -0.269,
    "short_name_diff": -0.916,
    "title_share": 2.040,
    "title_swap": -0.392,
    "short_title_numbers": -1.434,
    "title_fact": -0.135,
    "short_title_fact": -6.991,
    "title_mass": 0.808,
    "heading": 0.437,
    "brief": -1.725,
    "short": 8.273,
    "size": 0.234,
    "same": -2.774,
    "same_small": 0.427,
    "same_number_diff": -3.698,
    "same_number_share": 1.156,
    "same_thin": -7.286,
    "gap_short": -3.188,
    "gap_unlike": -2.979,
    "gap_number_diff": -3.069,
    "gap_equal": -0.757,
    "worn": -5.930,
    "correct_title": 8.096,
    "place": -0.763,
}
