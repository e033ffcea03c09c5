"""The weights of the match model: a logistic model, fitted offline.

Written by `python -m tests.quality.fit`: Newton steps under the signs of `model_terms.SIGNS`, on the
candidate pairs of labeled streams: real texts of several sources, Reuters wire of 1987, and simulated edits.
Weight of a pair by kind of stream: real full 15, real short 15, Reuters 1987 15, wiresim 1, own simulator 2,
second author 0.1. The scale makes the result a probability on streams of kinds not fitted on.
"""

BIAS = -0.330

# of two short items: the bias, and the weights of `short_match.short_terms`
SHORT = (-2.860, 6.968, 4.969, 0.709)

WEIGHTS: dict[str, float] = {
    "shared": 9.625,
    "short_small": -4.183,
    "lead_both": 1.427,
    "brief_turned": -4.646,
    "short_tail": -11.191,
    "fresh": 0.000,
    "inlay": -3.685,
    "whole_half": -6.587,
    "whole_short": 0.748,
    "number_balance": -1.123,
    "number_lead": 0.000,
    "short_number_lost": -0.456,
    "name_diff": -0.941,
    "name_balance": -0.191,
    "short_name_diff": -1.031,
    "title_share": 0.220,
    "title_swap": -0.395,
    "short_title_numbers": -1.666,
    "title_fact": -1.607,
    "short_title_fact": -1.592,
    "title_mass": 1.845,
    "heading": 0.557,
    "brief": -0.745,
    "short": 2.574,
    "size": -2.965,
    "same": -1.991,
    "same_small": 0.000,
    "same_number_diff": -0.994,
    "same_number_share": 1.064,
    "same_thin": -3.189,
    "gap_short": -2.808,
    "gap_unlike": -1.034,
    "gap_number_diff": -3.675,
    "gap_equal": -0.748,
    "worn": -4.281,
    "correct_title": 7.398,
    "place": -1.558,
}
