"""Serving: reads bundles and answers predictions, without the training stack."""
