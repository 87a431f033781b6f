"""Pipelines of a plain TFX module: records in CSV or TFRecord files to a pushed SavedModel, by TFX's own components."""
