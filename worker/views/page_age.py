"""What is said of a page's text that is older than an edit in the feed."""

from collections.abc import Callable
from datetime import datetime

from worker.store.rereads import PageAge


def age_words(age: PageAge, show: Callable[[datetime], str]) -> str:
    """One sentence: when the feed was edited, and when the page is read again or why it is not."""
    edited = f"The feed changed this article at {show(age.edited_at)}, after this text was read"
    if age.failure is not None:
        return f"{edited}; the page could not be read again: {age.failure}."
    if age.reread_at is not None:
        return f"{edited}; the page is read again at {show(age.reread_at)}."
    end = "is being read again" if age.is_open else "is not read again"
    return f"{edited}; the page {end}."


def findings_age(age: PageAge, show: Callable[[datetime], str]) -> str:
    """One sentence: that credit and facts were found in the text of before an edit."""
    return f"Found in the text read at {show(age.read_at)}, before the edit of {show(age.edited_at)}."
