"""Ways to run the one pipeline; a runner is a file here."""
