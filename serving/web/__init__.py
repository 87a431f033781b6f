"""HTTP without a protocol: requests, responses, limits, errors, log and metrics, as a plain ASGI application."""
