"""The config file of Flower, which executes it by its path: how it shows a task."""

import ast
import re
from typing import Any

WIDE = 24  # characters of what a task is about, so that the columns behind it fit the window
LEASE = re.compile(r", 'lease': '[^']*'|'lease': '[^']*', ")
ERROR_NAME = re.compile(r"[A-Z]\w*Error: ")


def format_task(task: Any) -> Any:
    """Show what an operator reads first, as the list cuts columns to their width; Flower passes a copy.

    The result of a failed task is its reason, without the name of the error, which the task's page shows as
    the exception. The lease, a random number that workers check, is left out of the arguments, and they are
    in `args` then, which the list does not have: there `kwargs` is what the task is about, in a few words.
    """
    if task.exception and not task.result:
        named = ERROR_NAME.match(task.exception)
        task.result = task.exception[named.end() :] if named else task.exception
    if isinstance(task.kwargs, str):
        given = LEASE.sub("", task.kwargs)
        if about := _about(given):
            task.args, given = given, about
        task.kwargs = given
    return task


def _about(given: str) -> str:
    """The feed of a poll, the receiver of push, or a job's kind and article (`fulltext 7`); else empty."""
    try:
        found = ast.literal_eval(given)
    except (ValueError, SyntaxError):
        return ""
    if not isinstance(found, dict):
        return ""
    about = str(
        found.get("feed")
        or found.get("receiver")
        or f"{found.get('kind') or ''} {found.get('article') or ''}".strip()
    )
    return about if len(about) <= WIDE else f"{about[: WIDE - 1]}…"
