"""A web server and a mail server that keep what they are sent, for tests of notifications."""

import base64
import contextlib
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class WebServer:
    """Takes POSTs."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    """Of the answers to come; when none is left, 200."""
    requests: list[tuple[str, Any]] = field(default_factory=list)
    """Path and JSON body of each."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def web_server() -> Iterator[WebServer]:
    kept = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.requests.append((self.path, json.loads(body)))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.send_header("Content-Length", "0")
            self.send_header("Location", f"{kept.address}/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield kept
        server.shutdown()


@dataclass
class MailServer:
    """Speaks as much SMTP as a client needs to log in and to send."""

    port: int = 0
    password: str = "right"  # noqa: S105  of this test server
    context: ssl.SSLContext | None = None
    """For STARTTLS; None: it is not offered."""
    messages: list[str] = field(default_factory=list)
    log_ins: list[tuple[str, bool]] = field(default_factory=list)
    """User, and whether the connection was encrypted."""


@contextlib.contextmanager
def mail_server(context: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    kept = MailServer(context=context)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(" ")[0].upper()
                if verb == "QUIT":
                    return self.say("221 bye")
                self.answer(verb, line)
            return None

        def finish(self) -> None:
            super().finish()
            if isinstance(self.connection, ssl.SSLSocket):
                self.connection.close()

        def answer(self, verb: str, line: str) -> None:
            if verb == "EHLO":
                self.say("250-here" + ("\r\n250-STARTTLS" if kept.context else "") + "\r\n250 AUTH PLAIN")
            elif verb == "STARTTLS" and kept.context:
                self.say("220 go on")
                self.connection = kept.context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            elif verb == "AUTH":
                _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                kept.log_ins.append((user, isinstance(self.connection, ssl.SSLSocket)))
                # Some servers repeat what they were told, which must not reach a log.
                self.say("235 welcome" if password == kept.password else f"535 {password} is not the password")
            elif verb == "DATA":
                self.say("354 go on")
                lines = list(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
                kept.messages.append("".join(lines))
                self.say("250 taken")
            else:
                self.say("250 fine")

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield kept
        server.shutdown()
