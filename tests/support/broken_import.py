"""A module of an installation that lacks a package: it cannot be imported."""

import no_such_package_here  # type: ignore[import-not-found]  # noqa: F401


def double(number: int) -> int:
    """Twice a number, if this could be called."""
    return 2 * number
