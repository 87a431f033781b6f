"""The command as a process, with real handshakes on both ports."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme
from certificate_files import PAST, write_authority, write_files, write_pair
from server_process import ServerProcess
from tiny_bundles import write_bundle

from serving.grpc_api.health_messages import HealthCheckRequest
from serving.grpc_api.inference_messages import ServerLiveRequest, ServerMetadataRequest
from serving.run import main

AUTHORITY, CLIENTS, STRANGER = trustme.CA(), trustme.CA(), trustme.CA()
CANARY, NEXT = "canary-0123456789abcdef0123", "renewed-0123456789abcdef012"
WRONG = "wrong-canary-0123456789abcdef"
Start = Callable[..., ServerProcess]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a server and waits for its model."""
    write_bundle(tmp_path / "models" / "colours" / "1")
    running = []

    def run(*options: object) -> ServerProcess:
        server = ServerProcess(
            tmp_path / "models", "--grpc-port", "0", "--poll-seconds", "0.05", *(str(option) for option in options)
        )
        running.append(server)
        server.wait_for("version_available")
        return server

    yield run
    for server in running:
        server.kill()


def tls_options(folder: Path, *, clients: trustme.CA | None = None) -> list[object]:
    return [
        word
        for option, path in write_files(folder, AUTHORITY, clients=clients).options().items()
        for word in (option, path)
    ]


def trusting(authority: trustme.CA = AUTHORITY, *, client: trustme.CA | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    if client is not None:
        client.issue_cert("client@example.org").configure_cert(context)
    return context


def call(
    server: ServerProcess,
    method: str,
    request: Any,
    *,
    credentials: Any = None,
    metadata: Mapping[str, str] | None = None,
) -> grpc.StatusCode:
    """Make one gRPC call; return its code."""
    address = f"127.0.0.1:{server.grpc_port}"
    channel = grpc.insecure_channel(address) if credentials is None else grpc.secure_channel(address, credentials)
    with channel:
        try:
            channel.unary_unary(method)(
                request.SerializeToString(), timeout=10, metadata=tuple((metadata or {}).items())
            )
        except grpc.RpcError as error:
            code: grpc.StatusCode = error.code()
            return code
    return grpc.StatusCode.OK


def describe(server: ServerProcess, **options: Any) -> grpc.StatusCode:
    return call(server, "/inference.GRPCInferenceService/ServerMetadata", ServerMetadataRequest(), **options)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def grpc_trusting(authority: trustme.CA = AUTHORITY, *, client: trustme.CA | None = None) -> Any:
    issued = client.issue_cert("client@example.org") if client is not None else None
    return grpc.ssl_channel_credentials(
        root_certificates=authority.cert_pem.bytes(),
        private_key=issued.private_key_pem.bytes() if issued else None,
        certificate_chain=issued.cert_chain_pems[0].bytes() if issued else None,
    )


def replace(path: Path, content: str) -> None:
    """Replace a file in one step, as whoever hands out secrets does."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(content)
    os.replace(fresh, path)


def test_both_ports_ask_for_a_token_which_is_renewed_and_never_written(start: Start, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(f"# the first\n{CANARY}\n")
    server = start("--token-file", tokens)

    assert server.ask()[0] == 401
    assert server.ask(headers=bearer(WRONG))[0] == 401
    assert server.ask(headers=bearer(CANARY)) == (200, "1")
    assert server.ask(path="/health/ready")[0] == server.ask(path="/v2/health/live")[0] == 200
    assert server.ask(path="/metrics")[0] == 401
    assert server.ask(path=f"/models.json?access_token={CANARY}")[0] == 401
    assert describe(server) == describe(server, metadata=bearer(WRONG)) == grpc.StatusCode.UNAUTHENTICATED
    assert describe(server, metadata=bearer(CANARY)) == grpc.StatusCode.OK
    assert call(server, "/no.Service/Method", ServerLiveRequest()) == grpc.StatusCode.UNAUTHENTICATED
    assert call(server, "/inference.GRPCInferenceService/ServerLive", ServerLiveRequest()) == grpc.StatusCode.OK
    assert call(server, "/inference.GRPCInferenceService/ServerReady", ServerLiveRequest()) == grpc.StatusCode.OK
    assert call(server, "/grpc.health.v1.Health/Check", HealthCheckRequest()) == grpc.StatusCode.OK

    replace(tokens, NEXT)
    assert server.wait_for("tokens_loaded")["tokens"] == 1
    assert server.ask(headers=bearer(CANARY))[0] == 401
    assert server.ask(headers=bearer(NEXT))[0] == 200
    assert describe(server, metadata=bearer(CANARY)) == grpc.StatusCode.UNAUTHENTICATED
    assert describe(server, metadata=bearer(NEXT)) == grpc.StatusCode.OK
    replace(tokens, "")
    assert "has no token" in server.wait_for("tokens_refused")["problems"][0]
    assert server.ask(headers=bearer(NEXT))[0] == 200

    assert server.stop() == 0
    assert '"status":401' in server.log and "UNAUTHENTICATED" in server.log
    for secret in (CANARY, NEXT, WRONG, "Bearer", "authorization"):
        assert secret not in server.log


def test_a_call_without_a_token_is_refused_before_its_message_has_come(start: Start, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(CANARY)
    server = start("--token-file", tmp_path / "tokens")
    is_refused = threading.Event()

    def send_nothing() -> Iterator[bytes]:
        is_refused.wait(30)
        yield from ()

    with grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}") as channel:
        infer = channel.stream_unary("/inference.GRPCInferenceService/ModelInfer")
        with pytest.raises(grpc.RpcError) as raised:
            infer(send_nothing(), timeout=20, metadata=(("x-request-id", "abc-1"),))
        is_refused.set()

    assert raised.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert raised.value.details().startswith("The request has no token")
    assert ("x-request-id", "abc-1") in tuple(raised.value.trailing_metadata())
    assert "unprotected" not in server.log


def test_a_large_body_without_a_token_is_refused_with_an_answer(start: Start, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(CANARY)
    server = start("--token-file", tmp_path / "tokens")
    connection = server.connect()

    for _ in range(2):
        connection.request("POST", "/predict", b"x" * (20 << 20))
        response = connection.getresponse()
        assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
        response.read()
    assert server.ask(connection, headers=bearer(CANARY))[0] == 200
    connection.close()


def test_tls_answers_who_trusts_its_authority_and_nobody_else(start: Start, tmp_path: Path) -> None:
    server = start(*tls_options(tmp_path))

    assert server.ask(tls=trusting()) == (200, "1")
    assert describe(server, credentials=grpc_trusting()) == grpc.StatusCode.OK
    with pytest.raises(ssl.SSLCertVerificationError):
        server.ask(tls=trusting(STRANGER))
    assert describe(server, credentials=grpc_trusting(STRANGER)) == grpc.StatusCode.UNAVAILABLE
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        server.ask()  # Plain HTTP.
    assert describe(server) == grpc.StatusCode.UNAVAILABLE
    assert server.ask(tls=trusting()) == (200, "1")
    assert server.stop() == 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2])
def test_older_tls_than_1_2_is_refused_on_both_ports(
    start: Start, tmp_path: Path, version: ssl.TLSVersion, recwarn: pytest.WarningsRecorder
) -> None:
    server = start(*tls_options(tmp_path))
    context = trusting()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["h2"])
    context.minimum_version = context.maximum_version = version

    for port in (server.port, server.grpc_port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            if version is ssl.TLSVersion.TLSv1_2:
                context.wrap_socket(plain, server_hostname="127.0.0.1").close()
                continue
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_mutual_tls_lets_in_only_clients_of_its_authority(start: Start, tmp_path: Path) -> None:
    server = start(*tls_options(tmp_path, clients=CLIENTS), "--health-port", "0")

    assert server.ask(tls=trusting(client=CLIENTS)) == (200, "1")
    assert describe(server, credentials=grpc_trusting(client=CLIENTS)) == grpc.StatusCode.OK
    for client in (None, STRANGER):
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
            server.ask(tls=trusting(client=client))
        assert describe(server, credentials=grpc_trusting(client=client)) == grpc.StatusCode.UNAVAILABLE
    probe = http.client.HTTPConnection("127.0.0.1", server.health_port, timeout=10)
    assert [server.ask(probe, path)[0] for path in ("/health/ready", "/v2", "/metrics")] == [200, 404, 404]
    probe.close()


def expiry_of_http(server: ServerProcess) -> int:
    context = trusting()
    connection = server.connect(context)
    connection.connect()
    certificate = connection.sock.getpeercert()
    connection.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), timezone.utc).year


def expiry_of_grpc(server: ServerProcess) -> int:
    context = trusting()
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", server.grpc_port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as encrypted,
    ):
        certificate: Any = encrypted.getpeercert()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), timezone.utc).year


def test_a_renewed_certificate_is_taken_up_on_both_ports_and_a_broken_one_is_not(start: Start, tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path, AUTHORITY, expires_at=datetime(2101, 1, 1, tzinfo=timezone.utc))
    server = start("--tls-cert", certificate, "--tls-key", key)
    assert (expiry_of_http(server), expiry_of_grpc(server)) == (2101, 2101)
    kept = server.connect(trusting())
    assert server.ask(kept)[0] == 200

    replace(certificate, "-----BEGIN CERTIFICATE----- broken")
    assert "cannot be used" in server.wait_for("certificates_refused")["problems"][0]
    assert (expiry_of_http(server), expiry_of_grpc(server)) == (2101, 2101)
    fresh, fresh_key = write_pair(tmp_path / "fresh", AUTHORITY, expires_at=datetime(2102, 1, 1, tzinfo=timezone.utc))
    os.replace(fresh_key, key)
    os.replace(fresh, certificate)
    assert server.wait_for("certificates_loaded")["expires_at"].startswith("2102-01-01")

    assert (expiry_of_http(server), expiry_of_grpc(server)) == (2102, 2102)
    # Connections that there are stay.
    assert server.ask(kept)[0] == 200
    kept.close()


def test_another_authority_of_clients_is_taken_up_and_the_old_one_forgotten(start: Start, tmp_path: Path) -> None:
    server = start(*tls_options(tmp_path, clients=CLIENTS))
    assert server.ask(tls=trusting(client=CLIENTS))[0] == 200

    os.replace(write_authority(tmp_path, STRANGER), tmp_path / "clients.pem")
    server.wait_for("certificates_loaded")

    assert server.ask(tls=trusting(client=STRANGER))[0] == 200
    assert describe(server, credentials=grpc_trusting(client=STRANGER)) == grpc.StatusCode.OK
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        server.ask(tls=trusting(client=CLIENTS))
    assert describe(server, credentials=grpc_trusting(client=CLIENTS)) == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_of_a_client_whose_authority_has_gone_is_not_resumed(
    start: Start, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    server = start(*tls_options(tmp_path, clients=CLIENTS))
    context = trusting(client=CLIENTS)
    context.minimum_version = context.maximum_version = version

    def look(session: ssl.SSLSession | None) -> tuple[bytes, ssl.SSLSession | None]:
        with (
            socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as encrypted,
        ):
            encrypted.sendall(b"GET /health/live HTTP/1.1\r\n\r\n")
            return encrypted.recv(12), encrypted.session

    answer, session = look(None)
    assert answer == look(session)[0] == b"HTTP/1.1 200"

    os.replace(write_authority(tmp_path, STRANGER), tmp_path / "clients.pem")
    server.wait_for("certificates_loaded")

    with contextlib.suppress(ssl.SSLError, ConnectionError):
        assert look(session)[0] == b""


def test_silent_clients_of_the_port_with_tls_do_not_hold_up_the_end(start: Start, tmp_path: Path) -> None:
    # They would hold it up for so long, more than `stop` waits.
    limits = ["--receive-timeout-seconds", "600", "--drain-timeout-seconds", "600"]
    server = start(*tls_options(tmp_path), "--drain-delay-seconds", "0", *limits)
    server.process.send_signal(signal.SIGSTOP)
    # So these wait at the door while the server learns that it is to stop.
    silent = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(3)]
    silent[0].sendall(b"GET / HTTP/1.1\r\n\r\n")
    server.process.terminate()
    server.process.send_signal(signal.SIGCONT)

    assert server.stop() == 0
    for client in silent:
        client.close()


def test_a_handshake_that_does_not_come_ends_in_the_time_of_a_request(start: Start, tmp_path: Path) -> None:
    server = start(*tls_options(tmp_path), "--receive-timeout-seconds", "0.3")

    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as silent:
        assert silent.recv(1) == b""


def test_what_is_wrong_with_tokens_and_certificates_is_told_with_all_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate, key = write_pair(tmp_path, AUTHORITY, expires_at=PAST)
    (tmp_path / "tokens").write_text("short\n")
    files = ["--tls-cert", str(certificate), "--tls-key", str(key), "--token-file", str(tmp_path / "tokens")]

    code = main(["--models", str(tmp_path), *files, "--metrics-access", "opened", "--tls-client-ka=x"])

    problems = capsys.readouterr().err
    assert code == 2
    for text in (
        "unknown argument '--tls-client-ka=x'. Did you mean '--tls-client-ca'",
        "--metrics-access 'opened' is not one of token, open. Did you mean 'open'?",
        "line 1: the token has 5 letters",
        "certificate has expired; renew it",
    ):
        assert text in problems
