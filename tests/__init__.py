"""Tests, and tools that make articles up; importing it cuts the process off from its user's service."""

from tests.isolation import isolate

isolate()
