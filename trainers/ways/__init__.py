"""Ways of training beside the built-in loop: what may be set, what must hold, and the record that each one keeps."""
