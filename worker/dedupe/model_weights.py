"""The weights of the match model: a logistic model, fitted offline.

Written by `python -m tests.quality.fit`: Newton steps under the signs of `model_terms.SIGNS`, on the
candidate pairs of labeled streams: real texts of several sources, Reuters wire of 1987, and simulated edits.
Weight of a pair by kind of stream: real full 15, real short 15, Reuters 1987 15, wiresim 1, own simulator 2,
second author 0.1.

The scale makes the result a probability on streams of kinds that were not fitted on.
"""

BIAS = -0.486

# of two short items: the bias, and the weights of `short_match.short_terms`
SHORT = (-3.379, 7.849, 5.816, 0.650)

WEIGHTS: dict[str, float] = {
    "shared": 9.679,
    "short_small": -4.206,
    "lead_both": 1.429,
    "brief_turned": -4.562,
    "short_tail": -10.832,
    "fresh": 0.000,
    "inlay": -3.758,
    "whole_half": -5.851,
    "whole_short": 0.622,
    "number_balance": -1.080,
    "number_lead": 0.000,
    "short_number_lost": -0.453,
    "name_diff": -0.721,
    "name_balance": 0.000,
    "short_name_diff": -1.586,
    "title_share": 0.320,
    "title_swap": -0.391,
    "short_title_numbers": -1.655,
    "title_fact": -1.570,
    "short_title_fact": -1.609,
    "title_mass": 1.777,
    "heading": 0.596,
    "brief": -0.738,
    "short": 2.617,
    "size": -2.922,
    "same": -1.972,
    "same_small": 0.000,
    "same_number_diff": -1.056,
    "same_number_share": 1.056,
    "same_thin": -3.048,
    "gap_short": -2.757,
    "gap_unlike": -1.024,
    "gap_number_diff": -3.505,
    "gap_equal": -0.769,
    "worn": -4.268,
    "correct_title": 7.221,
    "place": -1.415,
}
