"""E-mail: log-in only over an encrypted connection, and no error lets the password out."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from notification_servers import MailServer, mail_server

from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import EmailConfig
from pipeline.retraining.notify.email import Email


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Return a mail server with a certificate that is trusted here."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with mail_server(context) as server:
        yield server


def email(port: int, **settings: object) -> Email:
    base = {"host": "localhost", "port": port, "sender": "tandem@example.org", "recipients": ["a@example.org"]}
    return Email(EmailConfig.model_validate({**base, "timeout_seconds": 3, **settings}))


def test_it_logs_in_over_tls_and_sends_the_event(
    mail: MailServer, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "right")
    email(mail.port, user="robot", password_env="MAIL_PASSWORD").deliver(event)  # noqa: S106  the name of a variable

    assert mail.log_ins == [("robot", True)]
    (message,) = mail.messages
    assert "Subject: [digits] failed" in message
    assert "To: a@example.org" in message
    assert "out of memory" in message
    assert "run: 20260505-030000-abcdef" in message


def test_a_wrong_password_is_a_final_failure_and_stays_out_of_the_message(
    mail: MailServer, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "canary-4711")
    with pytest.raises(DeliveryError) as caught:
        email(mail.port, user="robot", password_env="MAIL_PASSWORD").deliver(event)  # noqa: S106

    assert str(caught.value) == "SMTPAuthenticationError, reply code 535"
    assert not caught.value.may_pass
    assert mail.messages == []


def test_without_encryption_it_sends_without_a_log_in(event: Event) -> None:
    with mail_server() as plain:
        email(plain.port, security="none").deliver(event)

    assert len(plain.messages) == 1
    assert plain.log_ins == []


def test_a_server_that_cannot_encrypt_gets_no_password(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "right")
    with mail_server() as plain, pytest.raises(DeliveryError):
        email(plain.port, user="robot", password_env="MAIL_PASSWORD").deliver(event)  # noqa: S106

    assert plain.log_ins == []


def test_a_server_that_is_not_there_may_come_back(event: Event) -> None:
    with pytest.raises(DeliveryError, match="ConnectionRefusedError") as caught:
        email(9, security="none").deliver(event)

    assert caught.value.may_pass
