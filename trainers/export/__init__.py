"""Exports: what turns a trained model into a bundle that serves anywhere, and proves it equal to the model."""
