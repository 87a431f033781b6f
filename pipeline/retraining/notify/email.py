"""Events by e-mail."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import EmailConfig, EventKind
from pipeline.retraining.notify.secrets import read_secret

_FINAL_REFUSALS = 500
"""From this reply code on, another attempt would get the same answer."""


class Email:
    """One mail server and its recipients."""

    def __init__(self, config: EmailConfig) -> None:
        """Take the settings; the password is read when it is needed."""
        self._config = config
        self.name = f"e-mail by {config.host}"
        self.events: tuple[EventKind, ...] = config.events
        self.attempts = config.attempts

    def check(self) -> None:
        """Check that the password is there.

        Raises:
            PipelineError: It is not.
        """
        self._password()

    def deliver(self, event: Event) -> None:
        """Send one message to all recipients.

        Raises:
            DeliveryError: It did not work.
            PipelineError: The password is missing.
        """
        password = self._password()
        try:
            with self._connect() as server:
                if self._config.user is not None:
                    server.login(self._config.user, password)
                server.send_message(self._message(event))
        except smtplib.SMTPResponseException as error:  # a server may repeat what it was told
            may_pass = error.smtp_code < _FINAL_REFUSALS
            raise DeliveryError(f"{type(error).__name__}, reply code {error.smtp_code}", may_pass=may_pass) from None
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(type(error).__name__, may_pass=True) from None

    def _connect(self) -> smtplib.SMTP:
        address, timeout = (self._config.host, self._config.port), self._config.timeout_seconds
        context = ssl.create_default_context()
        if self._config.security == "tls":
            return smtplib.SMTP_SSL(*address, timeout=timeout, context=context)
        server = smtplib.SMTP(*address, timeout=timeout)
        try:
            if self._config.security == "starttls":
                server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server

    def _password(self) -> str:
        if self._config.user is None:
            return ""
        return read_secret(variable=self._config.password_env, file=self._config.password_file, what=self.name)

    def _message(self, event: Event) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self._config.sender, ", ".join(self._config.recipients)
        message["Subject"] = f"[{event.model}] {event.kind}"
        message["Date"], message["Message-ID"] = format_datetime(event.at), make_msgid(domain="tandem.invalid")
        facts = {"run": event.run_id, "version": event.version, "started by": ", ".join(event.triggers)}
        lines = [event.text, "", *(f"{name}: {value}" for name, value in facts.items() if value)]
        message.set_content("\n".join(lines))
        return message
