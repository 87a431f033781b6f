"""The Keras side: built-in models, training and prediction. Imports TensorFlow, never torch."""
