"""`wireroom init`: write the commented sample config, and say what to do next."""

import json
import re
from pathlib import Path

import click

SAMPLE = Path(__file__).parents[1] / "config" / "sample.toml"  # never config/feeds.toml, which users edit
CONTACT = 'contact = ""'
_CONTACT = re.compile(r"(https?://\S+|(mailto:)?[^\s@]+@[^\s@]+)", re.ASCII)


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--contact", help="URL or mail address where site owners can reach you.")
def init(path: Path | None, contact: str | None) -> None:
    """Write a commented config file with a few feeds to PATH, by default that of WIREROOM_CONFIG.

    An existing file is never overwritten.
    """
    from worker.settings import read_settings

    if contact is not None and not _CONTACT.fullmatch(contact):
        raise click.BadParameter(f'"{contact}" is neither a URL nor a mail address', param_hint="--contact")
    active = read_settings().config
    target = (path or active).expanduser().absolute()
    text = read_sample()
    if contact is not None:
        text = text.replace(CONTACT, f"contact = {json.dumps(contact)}", 1)
    _write(target, text)
    click.echo(f"{target} written, with a few feeds as examples.")
    click.echo("Next:")
    steps = [] if contact is not None else ["set `contact` in it, so that site owners can reach you"]
    steps.append("replace the feeds by yours: `wireroom discover URL` finds those of a site")
    if target != active:
        steps.append(f"set WIREROOM_CONFIG={target}")
    steps += ["`wireroom doctor` checks this machine", "`wireroom run` starts everything"]
    for number, step in enumerate(steps, 1):
        click.echo(f"  {number}. {step}")


def read_sample() -> str:
    """The text of the sample config."""
    return SAMPLE.read_text(encoding="utf-8")


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as exc:
        raise click.ClickException(
            f"{target} exists and was not changed; `wireroom check` validates it"
        ) from exc
    except OSError as exc:
        raise click.ClickException(f"{target} cannot be written: {exc.strerror}") from exc
