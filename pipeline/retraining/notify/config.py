"""Settings of notifications. Secrets are named here, by environment variable or file, and never written down."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

EventKind = Literal["pushed", "refused", "failed", "drift", "stopped", "recovered"]
_ALL: tuple[EventKind, ...] = ("pushed", "refused", "failed", "drift", "stopped", "recovered")
_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


class _Channel(_Section):
    events: tuple[EventKind, ...] = _ALL
    """What to tell: `pushed`, `refused`, `failed`, `drift`, `stopped` (the circuit breaker), `recovered`."""
    timeout_seconds: float = Field(default=5.0, gt=0, le=60)
    """How long one attempt may take, seconds."""
    attempts: int = Field(default=3, ge=1, le=10)
    """How often to try; waits of 1, 2, 4... seconds lie between."""


class WebhookConfig(_Channel):
    """An address that takes a POST. The address is a secret: who has it can post."""

    url_env: str | None = Field(default=None, pattern=_NAME)
    """Environment variable that holds the address."""
    url_file: Path | None = None
    """File that holds the address."""
    format: Literal["json", "slack"] = "json"
    """`json`: the whole event; `slack`: `{"text": ...}`, which Slack, Mattermost and Rocket.Chat take."""

    @model_validator(mode="after")
    def _has_one_source(self) -> "WebhookConfig":
        if (self.url_env is None) == (self.url_file is None):
            raise ValueError("a webhook needs either url_env or url_file, where its address is; not the address itself")
        return self


class EmailConfig(_Channel):
    """A mail server and who gets mail from it."""

    host: str = Field(min_length=1)
    """Name of the SMTP server."""
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls` (port 587), `tls` from the first byte (465), or `none`, which sends no password."""
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    recipients: tuple[str, ...] = Field(min_length=1)
    user: str | None = None
    """Name to log in with; by default there is no log-in."""
    password_env: str | None = Field(default=None, pattern=_NAME)
    """Environment variable that holds the password."""
    password_file: Path | None = None
    """File that holds the password."""

    @model_validator(mode="after")
    def _log_in_fits(self) -> "EmailConfig":
        sources = sum(source is not None for source in (self.password_env, self.password_file))
        if sources != (self.user is not None):
            raise ValueError("e-mail needs user with either password_env or password_file, or none of the three")
        if self.user is not None and self.security == "none":
            raise ValueError("e-mail with security 'none' would send the password in the clear; use starttls or tls")
        return self


class CommandConfig(_Channel):
    """A program that gets the event as JSON on standard input."""

    argv: tuple[str, ...] = Field(min_length=1)
    """Program and arguments; no shell is involved."""


class NotifyConfig(_Section):
    """Who is told what happened."""

    webhooks: tuple[WebhookConfig, ...] = ()
    """Addresses that take a POST."""
    emails: tuple[EmailConfig, ...] = ()
    """Mail servers with recipients."""
    commands: tuple[CommandConfig, ...] = ()
    """Programs."""

    @property
    def secret_variables(self) -> frozenset[str]:
        """Environment variables with secrets, which no child process needs."""
        names = [webhook.url_env for webhook in self.webhooks] + [email.password_env for email in self.emails]
        return frozenset(name for name in names if name)
