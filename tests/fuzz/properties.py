"""Run the property-based tests with many more examples: `python -m tests.fuzz.properties [EXAMPLES]`."""

import sys

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = 3_000


def main() -> int:
    """Run all hypothesis tests; returns pytest's exit code."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    settings.register_profile(
        "long", max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    return pytest.main(["-m", "hypothesis", "--hypothesis-profile=long", "--timeout=3600", "-q"])


if __name__ == "__main__":
    sys.exit(main())
