"""Stop the run when TensorFlow Data Validation found anomalies."""
