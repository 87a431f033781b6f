"""The gRPC interfaces: TensorFlow Serving's, the Open Inference Protocol's, and gRPC's own health check."""
