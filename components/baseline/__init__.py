"""Look up the model that is pushed now, to compare candidates with."""
