"""Keep which headline, lead and mark of each story push reported last, to report what differs."""

import sqlalchemy as sa
from alembic import op

revision = "20261202_pushed_states"
down_revision = "20261202_first_letters"
branch_labels = None
depends_on = None

CHANGED = "story.changed"
# of a receiver, until now
USUAL = ["story.new", "story.grew", "story.corrected", "story.withdrawn", "story.restored"]
CONFIG = sa.table("config_state", sa.column("id", sa.Integer()), sa.column("service", sa.JSON()))


def _set_usual_events(before: list[str], after: list[str]) -> None:
    """Give the receivers of the config in force that have the usual events the new ones."""
    connection = op.get_bind()
    for number, service in connection.execute(sa.select(CONFIG.c.id, CONFIG.c.service)).all():
        rules = [
            {**rule, "events": after} if rule.get("events") == before else rule
            for rule in service.get("push") or []
        ]
        if rules != (service.get("push") or []):
            changed = sa.update(CONFIG).where(CONFIG.c.id == number)
            connection.execute(changed.values(service={**service, "push": rules}))


def upgrade() -> None:
    op.add_column("stories", sa.Column("pushed_state", sa.Text(), nullable=True))
    op.add_column("stories", sa.Column("change_pushed_at", sa.DateTime(timezone=True), nullable=True))
    _set_usual_events(USUAL, [*USUAL, CHANGED])


def downgrade() -> None:
    _set_usual_events([*USUAL, CHANGED], USUAL)
    op.execute("DELETE FROM push_notes WHERE kind = 'story.changed'")
    op.drop_column("stories", "change_pushed_at")
    op.drop_column("stories", "pushed_state")
