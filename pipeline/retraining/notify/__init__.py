"""Telling people what happened: webhooks, e-mail and commands, none of which can hold up or fail a run."""
