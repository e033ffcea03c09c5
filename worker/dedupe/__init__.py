"""Wire copies: furniture, signatures, the decision, the lead; pure functions."""
