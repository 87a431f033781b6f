"""Push the SavedModel of a TFX module that the evaluation has blessed."""
