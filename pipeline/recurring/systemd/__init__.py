"""Units for systemd: a timer with its service, or the service that keeps time itself."""
