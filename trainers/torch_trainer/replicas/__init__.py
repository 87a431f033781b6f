"""Several processes that share every batch: the leading one has the data and the loop, the others follow."""
