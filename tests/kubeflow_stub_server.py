"""A stand-in for a Kubeflow Pipelines server: the routes that the kfp SDK calls, and runs that end as they are told.

It is no KFP: it executes nothing. What it proves is that we call the SDK rightly and read its answers rightly.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

from kubeflow_recurring_runs import StubRecurringRuns

Answer = tuple[int, dict[str, Any]]


@dataclass
class StubServer:
    """What the server knows, and how its runs will go.

    Attributes:
        looks: What each look at a run sees, in order; the last one stays.
        packages: Content of each upload.
        runs: Body of each request for a run.
        tokens: Authorization header of each request.
        refusal: Status and message for uploads, if these are to be refused.
        silent_looks: How many looks are answered with an error before the first.
        recurring: The recurring runs.
    """

    looks: list[dict[str, Any]] = field(default_factory=lambda: [{"state": "SUCCEEDED"}])
    packages: list[bytes] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    refusal: Answer | None = None
    silent_looks: int = 0
    recurring: StubRecurringRuns = field(default_factory=StubRecurringRuns)
    address: str = ""
    _pipelines: list[dict[str, Any]] = field(default_factory=list)
    _versions: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Iterator["StubServer"]:
        """Answer on a free port of this machine."""
        stub = self

        class Handler(_Handler):
            server_state = stub

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> Answer:
        """Return status and body."""
        match method, path.removeprefix("/apis/v2beta1/").split("/"):
            case "POST", ["pipelines", ("upload" | "upload_version") as kind]:
                answer = self.refusal or self._upload(kind, query, body)
            case "GET", ["pipelines"]:
                answer = 200, {"pipelines": _filtered(self._pipelines, query)}
            case "GET", ["pipelines", _, "versions"]:
                answer = 200, {"pipeline_versions": _filtered(self._versions, query)}
            case "POST", ["experiments"]:
                answer = 200, {"experiment_id": "e1", "display_name": "x"}
            case "POST", ["runs"]:
                self.runs.append(json.loads(body))
                answer = 200, {"run_id": "r1", "state": "PENDING"}
            case "GET", ["runs", "r1"]:
                answer = self._look()
            case _, ["recurringruns", *parts]:
                answer = self.recurring.answer(method, parts, query, body)
            case "GET", ["experiments" | "healthz"]:
                answer = 200, {}
            case _:
                answer = 404, {"message": f"no route {method} {path}"}
        return answer

    def _upload(self, kind: str, query: dict[str, list[str]], body: bytes) -> Answer:
        self.packages.append(body)
        name = query["name"][0]
        if kind == "upload":
            self._pipelines.append({"pipeline_id": "p1", "display_name": name})
        version = {"pipeline_id": "p1", "pipeline_version_id": f"v{len(self._versions) + 1}", "display_name": name}
        self._versions.append(version)
        return 200, version

    def _look(self) -> Answer:
        if self.silent_looks:
            self.silent_looks -= 1
            return 503, {"message": "starting"}
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return 200, {"run_id": "r1", **look}


class _Handler(BaseHTTPRequestHandler):
    server_state: StubServer

    def do_GET(self) -> None:
        self._reply("GET")

    def do_POST(self) -> None:
        self._reply("POST")

    def do_DELETE(self) -> None:
        self._reply("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _reply(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server_state.tokens.append(self.headers.get("Authorization", ""))
        address = urlparse(self.path)
        status, content = self.server_state.answer(method, unquote(address.path), parse_qs(address.query), body)
        encoded = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)


def _filtered(items: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    (text,) = query.get("filter", ['{"predicates": []}'])
    wanted = [predicate["stringValue"] for predicate in json.loads(text)["predicates"]]
    return [item for item in items if not wanted or item["display_name"] in wanted]
