"""Who may ask: bearer tokens, and TLS with or without certificates of the clients; both renewed without a restart."""
