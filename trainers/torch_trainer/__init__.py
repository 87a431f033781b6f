"""The PyTorch side: built-in models, training and prediction. Imports torch, never TensorFlow."""
