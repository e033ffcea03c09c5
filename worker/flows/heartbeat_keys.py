"""The keys in Redis by which workers report that they are alive, and the roles in the names of workers."""

PREFIX = "wireroom:worker:"
TTL_S = 15
PROBE = "wireroom:probe"
TROUBLE = "wireroom:trouble"
LACKS = "wireroom:lacks:"  # and a machine
ROLES = ("control", "poll", "extract")


def role_of(hostname: str) -> str:
    """The role at the start of a worker's name: "poll" for `poll@host` or `poll-2@host`."""
    name = hostname.partition("@")[0].partition("-")[0]
    return name if name in ROLES else "other"
