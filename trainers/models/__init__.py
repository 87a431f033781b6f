"""The model that the configuration names: what the name means, whether it can be had, how it is built."""
