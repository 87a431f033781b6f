"""TensorFlow Model Analysis with Tandem's metrics and thresholds."""
