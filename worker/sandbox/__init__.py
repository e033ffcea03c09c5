"""Run a function on untrusted input in child processes, with a deadline and a memory limit."""

from worker.sandbox.pool import SandboxPool

__all__ = ["SandboxPool"]
