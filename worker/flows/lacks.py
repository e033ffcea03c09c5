"""The secrets of receivers and alerts that control workers lack, for `wireroom status`."""

import json
from collections.abc import Iterator

import redis

from worker.config.alert_checks import find_secret_fault
from worker.flows.heartbeat_keys import LACKS
from worker.flows.services import Services
from worker.records import Config

LACKS_S = 60  # how long a report is shown after the last one


def find_lacks(config: Config) -> Iterator[str]:
    """A sentence for each receiver and channel that a secret keeps from working in this process."""
    for rule in config.push:
        wanted = [(rule.url, False), *((secret, True) for secret in rule.secrets)]
        faults = (find_secret_fault(name, is_key=is_key, is_url=not is_key) for name, is_key in wanted)
        if fault := next(filter(None, faults), None):
            yield f"push to {rule.name} is not sent: {fault}"
    rules = config.alerts
    for channel, name, is_key, is_url in (
        ("webhook", rules.webhook, False, True),
        ("webhook", rules.webhook_secret, True, False),
        ("mail", rules.smtp_password, False, False),
    ):
        if name and (fault := find_secret_fault(name, is_key=is_key, is_url=is_url)):
            yield f"alerts are not delivered by {channel}: {fault}"


def report_lacks(services: Services, config: Config) -> None:
    """Report what this machine lacks; the report expires unless it is repeated."""
    if lacks := list(find_lacks(config)):
        try:
            services.redis.set(LACKS + services.machine, json.dumps(lacks), ex=LACKS_S)
        except redis.RedisError:
            return
