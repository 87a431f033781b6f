"""Predict many images with a bundle, on any of Beam's runners."""
