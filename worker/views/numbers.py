"""Whole numbers on the command line: an error says what to write."""

from typing import Any

import click

ID_MAX = 2**63 - 1


class WholeNumber(click.ParamType[int]):
    """A whole number from `least` to `most`; another value is a usage error."""

    name = "integer"

    def __init__(self, least: int = 1, most: int = ID_MAX) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if not self.least <= number <= self.most:
            end = "" if self.most == ID_MAX else f" to {self.most:,}"
            self.fail(f'"{value}" is not a whole number from {self.least}{end}', param, ctx)
        return number
