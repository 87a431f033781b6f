"""Bless or refuse each candidate and choose the best of the blessed."""
