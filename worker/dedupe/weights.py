"""The weights of the verifier's terms: a logistic model, fitted once, kept as data.

Fitted with Newton steps under the signs of `terms.SIGNS` (L2 penalty 0.3) on candidate pairs of: real Reuters
wire of February and March 1987 (weight 6), the same under simulated outlets' edits, Korean, Japanese and
Chinese texts under such edits, and generated news of many feeds; each with full texts and with openings only.
Fitted on the first half of each set by time, it was judged on the second; then on all of it.
"""

BIAS = -12.040

WEIGHTS: dict[str, float] = {
    "shared": 11.682,
    "small_half": 1.265,
    "short_small": -13.770,
    "lead_both": 3.703,
    "lead_max": 0.409,
    "number_diff": -0.965,
    "number_many": -2.645,
    "number_share": 0.894,
    "number_lead": 0.354,
    "small_number_share": 0.185,
    "lead_number_diff": 2.614,
    "shared_number_diff": -1.878,
    "short_number_diff": -6.906,
    "name_diff": -4.862,
    "title_share": 2.677,
    "title_equal": 0.404,
    "title_numbers": -1.201,
    "short_equal": 0.000,
    "short_title_numbers": -0.602,
    "heading": 2.018,
    "short_heading": 2.154,
    "brief": 5.385,
    "brief_share": 1.506,
    "brief_heading": 3.326,
    "short": 4.912,
    "size": 3.391,
    "same": -3.924,
    "same_small": 3.220,
    "same_number_diff": -2.322,
    "same_name_lead": 1.337,
    "gap_short": -4.053,
    "gap_unlike": -2.954,
    "gap_same_short": -0.304,
    "gap_number_diff": -1.505,
    "gap_equal": -2.583,
    "worn": -6.643,
    "correct_title": 7.812,
    "correct_number_share": 0.132,
    "opening": 0.000,
    "short_opening": 0.000,
    "brief_opening": 0.000,
    "name_lead": 0.000,
    "short_name_lead": 0.000,
    "title_swap": 0.000,
    "brief_swap": 0.000,
    "place": -2.267,
}
