"""Tokens and certificates from the client's side, against a real listener."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from certificate_files import PAST, write_authority, write_files, write_pair
from colour_server import ColourServer
from listening_app import listening
from tiny_bundles import RED, encode

from serving.client import (
    AsyncClient,
    Classification,
    Client,
    UnauthenticatedError,
    UnreachableError,
    UntrustedServerError,
)

TOKEN = "a-token-0123456789abcdef0123456789"  # noqa: S105
SERVERS, CLIENTS, STRANGER = trustme.CA(), trustme.CA(), trustme.CA()
Ask = Callable[..., Classification]


def ask_blocking(url: str, **options: Any) -> Classification:
    with Client(url, **options) as client:
        return client.classify(encode(RED), model="colours")


def ask_async(url: str, **options: Any) -> Classification:
    async def ask() -> Classification:
        async with AsyncClient(url, **options) as client:
            return await client.classify(encode(RED), model="colours")

    return asyncio.run(ask())


BOTH = pytest.mark.parametrize("ask", [ask_blocking, ask_async])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "tokens").write_text(TOKEN)
    write_authority(folder, SERVERS, name="servers")
    write_authority(folder, STRANGER, name="strangers")
    write_pair(folder, CLIENTS, name="client")
    write_pair(folder, STRANGER, name="stranger")
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """Address of a server that wants a token and a client's certificate."""
    files = write_files(folder, SERVERS, clients=CLIENTS)
    colours = ColourServer(
        folder / "models",
        token_file=folder / "tokens",
        tls_cert=files.certificate,
        tls_key=files.key,
        tls_client_ca=files.client_authority,
    ).load()
    tls = colours.server._guards.tls
    assert tls is not None
    with listening(colours.app, tls=tls.make_context()) as address:
        yield address
    colours.close()


def pair(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.pem", folder / f"{name}.key"


@BOTH
def test_with_token_authority_and_certificate_there_is_an_answer(folder: Path, url: str, ask: Ask) -> None:
    answer = ask(url, token=TOKEN, ca_file=folder / "servers.pem", client_cert=pair(folder, "client"))

    assert answer.label == "red"


@BOTH
@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_missing_or_wrong_token_has_its_error(folder: Path, url: str, ask: Ask, token: str) -> None:
    with pytest.raises(UnauthenticatedError, match="token"):
        ask(url, token=token, ca_file=folder / "servers.pem", client_cert=pair(folder, "client"))


@BOTH
@pytest.mark.parametrize("authority", [None, "strangers.pem"])
def test_a_server_of_another_authority_is_not_trusted(folder: Path, url: str, ask: Ask, authority: str | None) -> None:
    ca_file = folder / authority if authority else None
    with pytest.raises(UntrustedServerError, match="give its authority with ca_file"):
        ask(url, token=TOKEN, ca_file=ca_file, client_cert=pair(folder, "client"))


def test_an_expired_server_or_one_of_another_name_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*write_pair(tmp_path, SERVERS, expires_at=PAST))
    colours = ColourServer(tmp_path / "models")
    with listening(colours.app, tls=context) as url:
        with pytest.raises(UntrustedServerError, match="certificate has expired"):
            ask_blocking(url, ca_file=folder / "servers.pem")
        context.load_cert_chain(*write_pair(tmp_path, SERVERS, hosts=["example.org"]))
        with pytest.raises(UntrustedServerError, match=r"certificate is not valid for '127\.0\.0\.1'"):
            ask_blocking(url, ca_file=folder / "servers.pem")
    colours.close()


@BOTH
@pytest.mark.parametrize("name", ["", "stranger"])
def test_without_a_certificate_that_the_server_takes_it_cannot_be_reached(
    folder: Path, url: str, ask: Ask, name: str
) -> None:
    client_cert = pair(folder, name) if name else None
    with pytest.raises(UnreachableError, match="client_cert, if it asks for one"):
        ask(url, token=TOKEN, ca_file=folder / "servers.pem", client_cert=client_cert)


@BOTH
def test_plain_http_on_the_port_of_tls_cannot_be_reached(url: str, ask: Ask) -> None:
    with pytest.raises(UnreachableError):
        ask(url.replace("https://", "http://"), token=TOKEN)


def test_certificates_that_cannot_be_used_are_told_before_anything_is_sent(folder: Path) -> None:
    with pytest.raises(ValueError, match="are for https://"):
        Client("http://localhost", ca_file=folder / "servers.pem")
    with pytest.raises(OSError, match="No such file"):
        Client("https://localhost", ca_file=folder / "absent")
    with pytest.raises(ssl.SSLError, match="KEY_VALUES_MISMATCH"):
        Client("https://localhost", client_cert=(folder / "client.pem", folder / "stranger.key"))


def test_a_client_in_a_log_does_not_show_its_token() -> None:
    from serving.client.connection import Options

    assert TOKEN not in repr(Options(url="http://a", token=TOKEN, ca_file=None, client_cert=None, connections=1))
