"""Recurring runs of Kubeflow Pipelines."""
