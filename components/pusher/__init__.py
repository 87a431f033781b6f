"""Put a blessed bundle into the push folder, whole or not at all."""
