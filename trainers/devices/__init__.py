"""What trains: one device or several that share every batch."""
