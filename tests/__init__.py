"""Tests, and tools that make articles up; importing it cuts the process off from its user's service."""

from tests.support.isolation import isolate

isolate()
