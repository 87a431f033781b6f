"""Training and export: one entry for TFX, a Keras side, a PyTorch side, and the bundle both leave behind."""
