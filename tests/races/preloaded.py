"""What all processes of the races need, imported and compiled once by the server that forks them."""

from tests.races import forced
from worker.agencies.lazy_pattern import compile_patterns

__all__ = ["forced"]

compile_patterns()
