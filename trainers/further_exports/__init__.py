"""Files that a bundle holds beside SavedModel and ONNX file on request, each proven equal to the trained model."""
