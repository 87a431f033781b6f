"""Images into tf.Example records: from class folders or the built-in digits, split by content."""
