"""Finds quotes, people, numbers, acronyms and dates in a text."""
