"""Ways to run a bundle, one file each: model.onnx with ONNX Runtime, or the SavedModel with TensorFlow."""
