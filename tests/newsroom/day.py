"""A day at the newsroom that does not end: busy at first, then a text now and then, and feeds that break."""

from datetime import UTC, datetime

from tests.newsroom.room import Newsroom

SLOWER = 4.0  # after the first round of the script, times the pace
OUTAGE_EVERY, BREAKS_AT, RECOVERS_AT = 20, 4, 10  # publications; in each such series one feed breaks


class Day:
    """Publishes one text after another, each when `next` is called; `pause_s` is the time until the next."""

    def __init__(self, newsroom: Newsroom) -> None:
        newsroom.clock = lambda: datetime.now(UTC)
        self.newsroom = newsroom
        self.count = 0  # of publications after the beginning

    @property
    def pause_s(self) -> float:
        """Seconds until the next publication: the pace, and a multiple of it after the beginning."""
        is_beginning = self.newsroom.tick < self.newsroom.script_ticks
        return self.newsroom.pace * (1.0 if is_beginning else SLOWER)

    def next(self) -> list[str]:
        """Publish what comes next, or break or repair a feed; returns a line for each event."""
        room = self.newsroom
        if room.tick < room.script_ticks:
            return room.advance()
        series, number = divmod(self.count, OUTAGE_EVERY)
        self.count += 1
        outlets = [name for name, outlet in room.outlets.items() if not outlet.agency]
        name = outlets[series % len(outlets)]
        if number == BREAKS_AT:
            room.broken = {name}
            return [f"{name}: broken"]
        if number == RECOVERS_AT:
            room.broken = set()
            return [f"{name}: repaired"]
        while not (events := room.advance()):
            pass  # the script has quiet times
        return events
