"""`wireroom reload`: load the config file now."""

import os
import sys
from typing import cast

import click

from worker.text.amounts import count_of
from worker.views.errors import BadSubjectError


@click.command()
@click.option(
    "--force",
    is_flag=True,
    help="Even if it removes many feeds or another control worker has a different file.",
)
def reload(force: bool) -> None:
    """Load the config file now instead of at the next check."""
    from worker.flows import heartbeats
    from worker.flows import reload as reload_flow
    from worker.flows.examine import examine_config
    from worker.flows.local_service import describe_silence, excuse_missing_secret
    from worker.flows.services import services
    from worker.launcher.service_manager import ServiceManager
    from worker.logs import without_logs

    with ServiceManager.take(os.environ).reloading(), without_logs(reload_flow.__name__):
        done = reload_flow.run(services(), force=force, again=True)
    if not heartbeats.machines(services(), "control"):
        why = describe_silence(services().settings, "control worker")
        click.echo(f"note: {why or 'no service is running: no control worker is alive'}", err=True)
    if done["config"] != "ok":
        with services().db.read() as connection:
            from worker.store.config import read_config

            state = read_config(connection)
        raise BadSubjectError(f"rejected: {(state and state.error) or done.get('error')}")
    excuse = excuse_missing_secret(services().settings)
    for problem in examine_config(services().settings.config).missing:
        click.echo(f"note: {problem}; {excuse}" if excuse else f"warning: {problem}", err=True)
    if not done["changed"]:
        before = "accepted again" if done.get("accepted") else "nothing changed"
        click.echo(f"{before}: the file is in force")
        sys.exit(0)
    settings = ", settings changed" if done["settings_changed"] else ""
    added = count_of(int(str(done["added"])), "feed")
    click.echo(f"loaded: {added} added, {done['changed_feeds']} changed, {done['removed']} removed{settings}")
    for line in cast("list[str]", done.get("notes", [])):
        click.echo(line)
