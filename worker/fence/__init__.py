"""Child processes in which one function meets hostile input, within a deadline and a memory limit."""

from worker.fence.pool import Fence

__all__ = ["Fence"]
