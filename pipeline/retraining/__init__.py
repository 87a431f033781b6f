"""Scheduled retraining: when a run is due, whether it may start now, what it led to, and who is told."""
