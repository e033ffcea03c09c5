"""Groups of commands: one that names the nearest command, one that also shows or lists something itself."""

import click

from worker.views.choices import nearest_of, unknown

_FIRST = f"{__name__}.first"


class NamingGroup(click.Group):
    """A group for which an unknown command is a usage error that names the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The name, the command and what follows it."""
        if (
            not ctx.resilient_parsing
            and not args[0].startswith("-")
            and args[0] not in self.list_commands(ctx)
        ):
            ctx.fail(unknown("command", args[0], self.list_commands(ctx)))
        return super().resolve_command(ctx, args)


class SubjectGroup(click.Group):
    """A group with options and an argument of its own, unless its first word is one of its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as a command of its own, with options before and after the argument, or as a group."""
        ctx.meta[__name__] = bool(args) and args[0] in self.commands
        ctx.allow_interspersed_args = not ctx.meta[__name__]
        first = ctx.meta[_FIRST] = args[0] if args else ""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            if first not in self.commands and nearest_of(first, self.commands):
                ctx.fail(unknown("command", first, self.commands))
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The name, the command and what follows it; a word behind the argument is not a command."""
        if not ctx.resilient_parsing and args[0] not in self.commands:
            first = ctx.meta[_FIRST]
            ctx.fail(unknown("command", args[0] if first.startswith("-") else first, self.commands))
        return super().resolve_command(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters; a command of the group is not the argument."""
        is_group = ctx.meta.get(__name__, False)
        return [p for p in super().get_params(ctx) if not (is_group and isinstance(p, click.Argument))]

    def add_all(self, *commands: click.Command) -> None:
        """Add commands under their names."""
        for command in commands:
            self.add_command(command)
