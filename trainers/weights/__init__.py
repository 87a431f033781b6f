"""Weights that a training starts from: what the setting means, whether they can be had, whether they fit."""
