import io
import json
import logging

import pytest

from trainers.event_pipe import EventPipe
from trainers.progress import PROGRESS_LOGGER


def test_messages_are_json_lines() -> None:
    pipe = io.StringIO()

    EventPipe(pipe).tell(event="done", outcome="two\nlines")

    assert json.loads(pipe.getvalue()) == {"event": "done", "outcome": "two\nlines"}
    assert pipe.getvalue().count("\n") == 1


def test_what_is_logged_about_progress_becomes_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger(PROGRESS_LOGGER)
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "level", logging.NOTSET)
    pipe = io.StringIO()

    EventPipe(pipe).tell_progress(lambda record: {"message": record.getMessage()})
    logger.debug("half way")

    assert json.loads(pipe.getvalue()) == {"message": "half way"}
