"""The config file of Flower, which executes it by its path: how it shows a task."""

import re
from typing import Any

LEASE = re.compile(r", 'lease': '[^']*'|'lease': '[^']*', ")
ERROR_NAME = re.compile(r"[A-Z]\w*Error: ")


def format_task(task: Any) -> Any:
    """Show what an operator reads first, as the list cuts columns to their width; Flower passes a copy.

    The result of a failed task is its reason, without the name of the error, which the task's page shows as
    the exception. The lease, a random number that workers check, is left out of the arguments.
    """
    if task.exception and not task.result:
        named = ERROR_NAME.match(task.exception)
        task.result = task.exception[named.end() :] if named else task.exception
    if isinstance(task.kwargs, str):
        task.kwargs = LEASE.sub("", task.kwargs)
    return task
