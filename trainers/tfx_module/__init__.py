"""Plain TFX modules: a user's `run_fn` and `preprocessing_fn`, called as TFX itself would call them."""
