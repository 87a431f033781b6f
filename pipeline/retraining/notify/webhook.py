"""Events by HTTP."""

from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import PipelineError
from pipeline.retraining.events import Event
from pipeline.retraining.notify.channel import DeliveryError
from pipeline.retraining.notify.config import EventKind, WebhookConfig
from pipeline.retraining.notify.secrets import read_secret

_SERVER_FAULTS = 500
_TOO_MANY_REQUESTS = 429


class Webhook:
    """One address that takes a POST."""

    def __init__(self, config: WebhookConfig) -> None:
        """Take the settings; the address is read when it is needed."""
        self._config = config
        self.name = f"webhook {config.url_env or config.url_file}"
        self.events: tuple[EventKind, ...] = config.events
        self.attempts = config.attempts

    def check(self) -> None:
        """Check the address without using it.

        Raises:
            PipelineError: There is none, or it is no address of the web.
        """
        self._url()

    def deliver(self, event: Event) -> None:
        """Post one event.

        Raises:
            DeliveryError: It did not work.
            PipelineError: The address is missing.
        """
        import httpx

        url = self._url()
        try:
            # A redirect is not followed: it would carry the event to an address that nobody named.
            answer = httpx.post(url, json=self._body(event), timeout=self._config.timeout_seconds)
        except httpx.InvalidURL:
            raise DeliveryError("the address is no URL", may_pass=False) from None
        except httpx.HTTPError as error:  # its words may hold the address
            raise DeliveryError(type(error).__name__, may_pass=True) from None
        if not answer.is_success:
            may_pass = answer.status_code >= _SERVER_FAULTS or answer.status_code == _TOO_MANY_REQUESTS
            raise DeliveryError(f"HTTP status {answer.status_code}", may_pass=may_pass)

    def _url(self) -> str:
        url = read_secret(variable=self._config.url_env, file=self._config.url_file, what=self.name)
        try:
            parts = urlsplit(url)
            is_url = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            is_url = False
        if not is_url:
            raise PipelineError(f"{self.name}: what is there is no http:// or https:// address")
        return url

    def _body(self, event: Event) -> dict[str, Any]:
        if self._config.format == "json":
            return event.model_dump(mode="json")
        text = event.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": text}
