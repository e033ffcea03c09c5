"""The names of our queues in Redis, with a prefix of their own, so that no other program meets them."""

KEY_PREFIX = "wireroom:"  # of all keys, those of Celery included: queues, messages under way, bindings
QUEUES = ("control", "poll", "extract")


def queue_key(queue: str) -> str:
    """The key of the list that holds a queue's waiting messages."""
    return KEY_PREFIX + queue


def aside_key(queue: str) -> str:
    """The key of a queue's messages that were set aside."""
    return f"{KEY_PREFIX}aside:{queue}"


def note_key(queue: str) -> str:
    """The key of the note that says when a queue was set aside, and how many messages."""
    return f"{KEY_PREFIX}aside-note:{queue}"
