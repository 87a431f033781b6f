"""Measurements of the model server; each file says what it needs and how it is called."""
