"""Child processes in which one function meets hostile input, within a deadline and a memory limit."""

from worker.sandbox.pool import SandboxPool

__all__ = ["SandboxPool"]
