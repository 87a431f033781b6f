"""Rules that decide whether Kubeflow Pipelines takes and can run a package; the server itself says little."""
