"""What TensorFlow Data Validation computes about images."""
