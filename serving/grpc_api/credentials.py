"""TLS for gRPC, with the newest certificates for every new connection."""

from typing import Any

import grpc

from serving.security.certificates import Certificates
from serving.security.tls import Tls


def make_credentials(tls: Tls) -> Any:
    """Return credentials for a server; gRPC's oldest TLS is 1.2."""
    return grpc.dynamic_ssl_server_credentials(
        _to_grpc(tls.certificates),
        # gRPC takes the same again without a word, and asks for each connection only.
        lambda: _to_grpc(tls.certificates),
        require_client_authentication=tls.demands_client_certificates,
    )


def _to_grpc(certificates: Certificates) -> Any:
    contents = certificates.contents
    return grpc.ssl_server_certificate_configuration(
        [(contents["--tls-key"], contents["--tls-cert"])], root_certificates=contents.get("--tls-client-ca")
    )
