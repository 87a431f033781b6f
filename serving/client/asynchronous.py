"""The client for asyncio."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from types import TracebackType

import httpx

from serving.client.answers import (
    Classification,
    ModelMetadata,
    VersionStatus,
    read_classifications,
    read_models,
    read_statuses,
)
from serving.client.calls import Call, Reply, classify_call, models_call, ready_call, status_call
from serving.client.connection import ClientCertificate, Options, errors_of, to_reply, to_timeout, understand
from serving.client.errors import InvalidImageError, NotFoundError, ServerBusyError, UnreachableError
from serving.client.failures import find_failure
from serving.client.packs import Image, pack, read_image
from serving.client.retries import Retries


class AsyncClient:
    """Talks to one server over connections that are kept; close it, or use it in an `async with` block."""

    def __init__(
        self,
        url: str = "http://localhost:8501",
        *,
        token: str = "",
        ca_file: Path | str | None = None,
        client_cert: ClientCertificate | None = None,
        timeout_seconds: float = 30.0,
        connections: int = 8,
        retries: Retries | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            url: Address of the server.
            token: Bearer token; empty for none.
            ca_file: Certificate of the authority that the server's is from, in PEM; then no other is trusted.
            client_cert: For servers that ask for one: the files of a certificate and of its key, in PEM.
            timeout_seconds: Longest time for a request with its retries, unless a call says otherwise; it begins
                when a connection is free.
            connections: Connections that are open at once; further requests wait for their turn.
            retries: When a busy server is asked again.
            sleep: Waits for a number of seconds.

        Raises:
            ValueError: The address is none, or a certificate is given and it is not https.
            OSError: A certificate cannot be read or used.
        """
        options = Options(url=url, token=token, ca_file=ca_file, client_cert=client_cert, connections=connections)
        self._http, self._url, self._timeout_seconds = httpx.AsyncClient(**options.to_httpx()), url, timeout_seconds
        self._retries, self._sleep = retries or Retries(), sleep
        # Requests that wait inside httpx slow it down, as it looks at all of them whenever one ends: with 600 each took
        # twice as long. Nor does their time run while they wait here.
        self._slots = asyncio.Semaphore(connections)

    async def classify(
        self,
        image: Image,
        *,
        model: str,
        version: int | None = None,
        label: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Classification:
        """Classify one image.

        Args:
            image: Bytes of a JPEG or PNG, or its path.
            model: Name of the model.
            version: A version; without it and without a label the newest.
            label: Label of a version, such as champion.
            timeout_seconds: Longest time for the request with its retries.

        Raises:
            ClientError: Of the kind that says why there is no answer.
            OSError: The file cannot be read.
            ValueError: Both version and label are given.
        """
        call = classify_call([await _read(image)], model=model, version=version, label=label)
        return understand(read_classifications, await self._ask(call, timeout_seconds))[0]

    async def classify_many(
        self,
        images: Iterable[Image],
        *,
        model: str,
        version: int | None = None,
        label: str | None = None,
        timeout_seconds: float | None = None,
    ) -> list[Classification]:
        """Classify images, in their order, with requests of up to 32; files are read when their turn comes.

        A new version may come between two requests; each answer says which one it is from. The arguments and
        errors are those of `classify`, the time is for each request, and an unusable image ends it all.
        """
        answers: list[Classification] = []
        groups = pack(images)
        while group := await asyncio.to_thread(next, groups, None):
            call = classify_call(group, model=model, version=version, label=label)
            try:
                answers += understand(read_classifications, await self._ask(call, timeout_seconds))
            except InvalidImageError as error:
                raise InvalidImageError(str(error), position=len(answers) + error.position) from error
        return answers

    async def status(self, model: str, *, timeout_seconds: float | None = None) -> list[VersionStatus]:
        """Return the states of a model's versions, newest first.

        Raises:
            ClientError: NotFoundError for an unknown model, or of another kind.
        """
        return understand(read_statuses, await self._ask(status_call(model), timeout_seconds))

    async def metadata(self, model: str, *, timeout_seconds: float | None = None) -> ModelMetadata:
        """Return a model's labels and what its loaded versions are.

        Raises:
            ClientError: NotFoundError for a model without a loaded version, or of another kind.
        """
        models = understand(read_models, await self._ask(models_call(), timeout_seconds))
        if model not in models:
            raise NotFoundError(f"{self._url} serves no model {model!r}, but {', '.join(models) or 'none'}")
        return models[model]

    async def ready(self, model: str | None = None, *, timeout_seconds: float | None = None) -> bool:
        """Tell whether the server, or one model, answers requests; False also while nothing listens.

        Raises:
            ClientError: Something else is wrong, which waiting will not mend.
        """
        try:
            await self._ask(ready_call(model), timeout_seconds)
        except (ServerBusyError, UnreachableError):
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> "AsyncClient":
        """Return the client itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def _ask(self, call: Call, timeout_seconds: float | None) -> Reply:
        async with self._slots:
            deadline = time.monotonic() + (self._timeout_seconds if timeout_seconds is None else timeout_seconds)
            return await self._ask_until(deadline, call)

    async def _ask_until(self, deadline: float, call: Call) -> Reply:
        for retry in itertools.count():
            with errors_of(self._url):
                timeout = to_timeout(deadline - time.monotonic())
                reply = to_reply(await self._http.request(call.method, call.path, timeout=timeout, **call.options()))
            failure = find_failure(reply, has_images=bool(call.images))
            if failure is None:
                break
            left_seconds = deadline - time.monotonic()
            wait = self._retries.choose_wait(failure, retry=retry, left_seconds=left_seconds) if call.retries else None
            if wait is None:
                raise failure
            await self._sleep(wait)
        return reply


async def _read(image: Image) -> bytes:
    """Read a file on a thread, since a slow disk must not hold up the event loop."""
    return image if isinstance(image, bytes) else await asyncio.to_thread(read_image, image)
