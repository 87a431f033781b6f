"""Parity: proves that the exported files answer as the trained model did."""
