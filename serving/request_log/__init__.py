"""Keeps facts and predictions of a sample of requests, so that drift shows; never an image, never who asked."""
