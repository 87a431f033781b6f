"""A small Python client of the model server, for scripts and services: `Client`, or `AsyncClient` with asyncio.

It needs httpx and the standard library, nothing else of this project. httpx was taken since one library then does both
kinds of client, with a pool of kept connections, TLS and proxies; http.client has no asyncio side, aiohttp no other.

    from serving.client import Client

    with Client("http://localhost:8501") as client:
        answer = client.classify("photo.jpg", model="flowers")
        print(answer.label, answer.score, answer.model_version)
"""

from serving.client.answers import Classification, ModelMetadata, VersionMetadata, VersionStatus
from serving.client.asynchronous import AsyncClient
from serving.client.blocking import Client
from serving.client.errors import (
    ClientError,
    InvalidImageError,
    NotAllowedError,
    NotFoundError,
    RequestRefusedError,
    ServerBusyError,
    ServerFailedError,
    ServerTimeoutError,
    TooLargeError,
    UnauthenticatedError,
    UnreachableError,
    UntrustedServerError,
)

__all__ = [
    "AsyncClient",
    "Classification",
    "Client",
    "ClientError",
    "InvalidImageError",
    "ModelMetadata",
    "NotAllowedError",
    "NotFoundError",
    "RequestRefusedError",
    "ServerBusyError",
    "ServerFailedError",
    "ServerTimeoutError",
    "TooLargeError",
    "UnauthenticatedError",
    "UnreachableError",
    "UntrustedServerError",
    "VersionMetadata",
    "VersionStatus",
]
