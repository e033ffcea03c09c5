"""A group of commands that also shows or lists something itself."""

import click


class SubjectGroup(click.Group):
    """A group with options and an argument of its own, unless its first word is one of its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as a command of its own, with options before and after the argument, or as a group."""
        ctx.meta[__name__] = bool(args) and args[0] in self.commands
        ctx.allow_interspersed_args = not ctx.meta[__name__]
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters; a command of the group is not the argument."""
        is_group = ctx.meta.get(__name__, False)
        return [p for p in super().get_params(ctx) if not (is_group and isinstance(p, click.Argument))]

    def add_all(self, *commands: click.Command) -> None:
        """Add commands under their names."""
        for command in commands:
            self.add_command(command)
