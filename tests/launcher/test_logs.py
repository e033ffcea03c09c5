"""Logs of an idle service do not grow with each message that is sent."""

import logging

import pytest

from worker.logs import configure_logging
from worker.settings import read_settings


def test_beat_logs_errors_and_not_each_message_that_it_sends(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    configure_logging(read_settings({"WIREROOM_HOME": str(tmp_path)}))
    beat = logging.getLogger("celery.beat")
    beat.info("Scheduler: Sending due task %s", "control.tick")
    beat.error("Message Error: %s", "no broker")
    said = capfd.readouterr().err
    assert "Sending due task" not in said
    assert "Message Error: no broker" in said
