"""Settings of the server: the options with their units, limits and defaults. Loads nothing heavy."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

BACKENDS = ("auto", "onnx", "savedmodel")
"""`auto` takes ONNX: it is lighter, and every bundle is proven to answer the same in both formats."""

METRICS_ACCESS = ("token", "open")
"""Who may see the figures: who has a token, if there are tokens, or everyone."""


def _number(default: float, help_text: str, *, least: float = 1, most: float = 1e9) -> Any:
    """Describe a numeric option; whole when its default is."""
    return field(default=default, metadata={"help": help_text, "least": least, "most": most})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set. The options are named like the fields."""

    models: Path
    """Folder of model folders."""
    model: tuple[str, ...] = ()
    """Models to serve; empty for every one in the folder."""
    backend: str = "auto"
    """One of `BACKENDS`."""
    versions: str = "latest"
    """Version policy of models without a serving.json."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    access_log: str = "on"
    """`on` or `off`."""
    request_log: Path | None = None
    """Folder of the request log; None for none."""
    traces: str | None = None
    """Where a collector takes spans; None for nowhere."""
    token_file: Path | None = None
    """Tokens of which a request must bring one; None when it needs none."""
    metrics_access: str = "token"
    """One of `METRICS_ACCESS`."""
    tls_cert: Path | None = None
    """The server's certificate; None for no TLS."""
    tls_key: Path | None = None
    """Its private key."""
    tls_client_ca: Path | None = None
    """Authorities of the clients' certificates; None when clients need none."""
    rest_port: int = _number(8501, "port for HTTP; 0 takes a free one", least=0, most=65535)
    grpc_port: int = _number(8500, "port for gRPC; 0 takes a free one, -1 none", least=-1, most=65535)
    health_port: int = _number(-1, "port for /health alone, without TLS; 0 takes a free one", least=-1, most=65535)
    poll_seconds: float = _number(1.0, "pause between two looks at models, tokens and certificates", least=0.01)
    workers: int = _number(0, "threads that decode and run models; 0 takes the number of cores", least=0, most=1024)
    threads: int = _number(0, "threads of one model call; 0 chooses by the model's speed", least=0, most=1024)
    max_batch_images: int = _number(32, "images that a model sees at once")
    max_queue_images: int = _number(512, "images that may wait; more are answered 429")
    max_queue_seconds: float = _number(2.0, "time that a request may expect to wait; longer is 429", least=0.001)
    max_request_images: int = _number(128, "images in one request; more are answered 413")
    max_body_mib: float = _number(32.0, "size of a request's body; more is answered 413", least=0.001)
    max_image_megapixels: float = _number(50.0, "size of an image; larger ones are not decoded", least=0.0001)
    max_connections: int = _number(1000, "open connections; more are answered 503")
    timeout_seconds: float = _number(10.0, "time for an answer; later ones are dropped, 504", least=0.001)
    receive_timeout_seconds: float = _number(30.0, "time for a request to arrive", least=0.001)
    drain_delay_seconds: float = _number(1.0, "time between not being ready and closing the port", least=0)
    drain_timeout_seconds: float = _number(30.0, "time to finish requests after that", least=0)
    request_log_fraction: float = _number(0.01, "share of requests in the request log", least=0, most=1)
    request_log_max_mib: float = _number(256.0, "room for the request log; the oldest files go", least=0.01)
    request_log_rotate_seconds: float = _number(600.0, "longest time until a file of the log is finished", least=0.1)
    traces_fraction: float = _number(1.0, "share of requests that begin a trace", least=0, most=1)


def numeric_options() -> dict[str, Any]:
    """Return the numeric fields by name."""
    return {each.name: each for each in fields(Settings) if each.metadata}
