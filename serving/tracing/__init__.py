"""Sends a span for each request to an OpenTelemetry collector; the only part of the server that knows OpenTelemetry."""
