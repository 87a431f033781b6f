"""`python -m pipeline.drift`: how far new images are from those that the pushed model was trained on."""
