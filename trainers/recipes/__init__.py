"""Recipes: which weights a training starts from, which of them it fits, and when."""
