"""`python -m serving.run`: serve the pushed models over HTTP and gRPC."""

import argparse
import sys
from collections.abc import Sequence

from serving.settings import BACKENDS, METRICS_ACCESS, Settings, numeric_options

_EXAMPLES = """\
examples:
  python -m serving.run --models runs/models
  python -m serving.run --models runs/models --model digits --versions latest:2 --rest-port 9000
  curl --data-binary @photo.jpg http://localhost:8501/predict/digits
  curl http://localhost:8501/v1/models/digits

exit codes: 0 stopped by SIGTERM or Ctrl-C after finishing every request; 1 failed; 2 usage"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m serving.run",
        description="Serve pushed models by TensorFlow Serving's interfaces and the Open Inference Protocol, both over "
        "HTTP and gRPC, and by plain uploads of image files.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--models", metavar="DIR", help="folder that models are pushed to: <DIR>/<model>/<version>/")
    add("--model", metavar="NAME", action="append", default=[], help="serve this model only; repeatable")
    add("--backend", metavar="NAME", default="auto", help=f"{', '.join(BACKENDS)} (default: auto, which takes onnx)")
    add(
        "--versions",
        metavar="POLICY",
        default="latest",
        help="latest, latest:N, all or specific:N,N (default: latest); a model's serving.json goes first",
    )
    add("--host", default=Settings.host, help=f"address to listen on (default: {Settings.host}, this machine only)")
    add("--token-file", metavar="FILE", help="bearer tokens, one a line, of which a request must bring one; re-read")
    add(
        "--metrics-access",
        metavar="WHO",
        default="token",
        help=f"{' or '.join(METRICS_ACCESS)}: if there are tokens, whether the figures need one, too (default: token)",
    )
    add("--tls-cert", metavar="FILE", help="certificate in PEM, with the intermediate ones: TLS on both ports; re-read")
    add("--tls-key", metavar="FILE", help="its private key in PEM, not encrypted")
    add("--tls-client-ca", metavar="FILE", help="authorities in PEM: clients must show a certificate of one of them")
    add("--access-log", metavar="on|off", default="on", help="a JSON line for each request (default: on)")
    add("--request-log", metavar="DIR", help="keep facts and predictions of a sample of requests there, for drift")
    add("--traces", metavar="URL", help="send spans there, OTLP over HTTP, like http://localhost:4318/v1/traces")
    for name, option in numeric_options().items():
        text = f"{option.metadata['help']} (default: {option.default})"
        add("--" + name.replace("_", "-"), metavar="N", help=text)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = build_parser()
    options, unknown = parser.parse_known_args(arguments)
    from serving.command import run_command

    known = [string for action in parser._actions for string in action.option_strings]
    return run_command(options, unknown=unknown, known=known)


if __name__ == "__main__":
    sys.exit(main())
