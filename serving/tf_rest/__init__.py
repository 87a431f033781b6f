"""The REST interface of TensorFlow Serving, so that its clients work unchanged."""
