"""Tests of wireroom; a package so that the sample newsroom can be run with `python -m tests.newsroom`."""
