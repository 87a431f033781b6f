"""Which versions of which models are there, which are loaded, and how they come and go."""
