"""Webhooks: what is posted, and that no error lets the address out."""

from pathlib import Path

import pytest
from notification_servers import WebServer

from pipeline.errors import PipelineError
from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import WebhookConfig
from pipeline.retraining.notify.webhook import Webhook

CANARY = "canary-4711"


def webhook(monkeypatch: pytest.MonkeyPatch, url: str, **settings: object) -> Webhook:
    monkeypatch.setenv("HOOK", url)
    return Webhook(WebhookConfig.model_validate({"url_env": "HOOK", "timeout_seconds": 2, **settings}))


def test_json_is_the_whole_event(web: WebServer, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook(monkeypatch, f"{web.address}/{CANARY}").deliver(event)

    ((path, body),) = web.requests
    assert path == f"/{CANARY}"
    assert Event.model_validate(body) == event


def test_slack_gets_a_text_with_its_signs_escaped(
    web: WebServer, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook(monkeypatch, web.address, format="slack").deliver(event)

    assert web.requests[0][1] == {"text": "digits: a run failed: &lt;out of memory&gt; &amp; more"}


def test_the_address_may_be_in_a_file_and_is_read_each_time(web: WebServer, event: Event, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"{web.address}/one\n")
    hook = Webhook(WebhookConfig(url_file=file))
    hook.deliver(event)
    file.write_text(f"{web.address}/two\n")
    hook.deliver(event)

    assert [path for path, _ in web.requests] == ["/one", "/two"]


@pytest.mark.parametrize(("status", "may_pass"), [(500, True), (503, True), (429, True), (404, False), (302, False)])
def test_an_answer_that_is_no_success_is_a_failure_and_a_redirect_is_not_followed(
    web: WebServer, event: Event, monkeypatch: pytest.MonkeyPatch, status: int, may_pass: bool
) -> None:
    web.statuses.append(status)
    with pytest.raises(DeliveryError) as caught:
        webhook(monkeypatch, f"{web.address}/{CANARY}").deliver(event)

    assert str(caught.value) == f"HTTP status {status}"
    assert caught.value.may_pass is may_pass
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:9/{CANARY}",
        f"http://{CANARY}.invalid/",
        f"https://127.0.0.1:9/{CANARY}",
        f"http://127.0.0.1:9/\t{CANARY}",
        f"http://127.0.0.1:99999/{CANARY}",
    ],
)
def test_no_error_holds_the_address(event: Event, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises((DeliveryError, PipelineError)) as caught:
        webhook(monkeypatch, url).deliver(event)

    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("url", [f"ftp://h/{CANARY}", CANARY, f"http:///{CANARY}", f"http://[{CANARY}", "", "  "])
def test_at_the_door_what_is_no_address_is_said_without_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(PipelineError) as caught:
        webhook(monkeypatch, url).check()

    assert "HOOK" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="absent cannot be read: No such file"):
        Webhook(WebhookConfig(url_file=tmp_path / "absent")).check()
