"""The weights of the match model: a logistic model, fitted offline.

Written by `python -m tests.quality.fit`: Newton steps under the signs of `model_terms.SIGNS`, on the
candidate pairs of labeled streams: real texts of several sources, Reuters wire of 1987, and simulated edits.
Weight of a pair by kind of stream: real full 15, real short 15, Reuters 1987 15, wiresim 1, own simulator 2,
second author 0.1.

The scale makes the result a probability on streams of kinds that were not fitted on.
"""

BIAS = -0.420

# of two short items: the bias, and the weights of `short_match.short_terms`
SHORT = (-3.372, 7.781, 5.882, 0.650)

WEIGHTS: dict[str, float] = {
    "shared": 9.579,
    "short_small": -4.130,
    "lead_both": 1.430,
    "brief_turned": -4.634,
    "short_tail": -10.966,
    "fresh": 0.000,
    "inlay": -3.745,
    "whole_half": -6.553,
    "whole_short": 0.710,
    "number_balance": -1.096,
    "number_lead": 0.000,
    "short_number_lost": -0.441,
    "name_diff": -0.805,
    "name_balance": 0.000,
    "short_name_diff": -1.393,
    "title_share": 0.262,
    "title_swap": -0.407,
    "short_title_numbers": -1.709,
    "title_fact": -1.571,
    "short_title_fact": -1.616,
    "title_mass": 1.804,
    "heading": 0.557,
    "brief": -0.716,
    "short": 2.596,
    "size": -2.907,
    "same": -1.984,
    "same_small": 0.000,
    "same_number_diff": -1.063,
    "same_number_share": 1.061,
    "same_thin": -3.151,
    "gap_short": -2.768,
    "gap_unlike": -1.045,
    "gap_number_diff": -3.481,
    "gap_equal": -0.769,
    "worn": -4.273,
    "correct_title": 7.289,
    "place": -1.546,
}
