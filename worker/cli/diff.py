"""`wireroom diff`: what an outlet changed."""

import difflib
import re

import click


@click.command()
@click.argument("first", type=int)
@click.argument("second", type=int, required=False)
def diff(first: int, second: int | None) -> None:
    """Show word by word how article SECOND differs from FIRST, or what FIRST's last edit changed."""
    from worker.flows.services import services
    from worker.store import listing

    with services().db.read() as connection:
        texts = listing.article_texts(connection, first)
        others = listing.article_texts(connection, second) if second is not None else texts
    if not texts or not others:
        raise click.ClickException(f"no article {first if not texts else second}")
    if second is None and len(texts) < 2:
        raise click.ClickException(f"article {first} has one version only")
    old, new = (texts[-2], texts[-1]) if second is None else (texts[-1], others[-1])
    click.echo(_marked(_full(old), _full(new)))


def _full(state: dict[str, object]) -> str:
    return f"{state['title'] or ''}\n\n{state['text'] or state['summary'] or ''}"


def _marked(old: str, new: str) -> str:
    """The new text with [-dropped-] and {+added+} words marked."""
    before, after = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append("".join(before[a:b]))
            continue
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        parts.append(f"[-{gone}-]" if gone.strip() else "")
        parts.append(f"{{+{come}+}}" if come.strip() else come)
    return "".join(parts)
