"""The Open Inference Protocol, version 2, over HTTP: JSON, and tensors as raw bytes behind it."""
