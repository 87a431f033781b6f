"""Puts waiting requests together while the workers are busy, and never waits when they are not."""
