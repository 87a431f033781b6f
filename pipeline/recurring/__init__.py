"""Retraining on a schedule, by what production has for it: Kubeflow's recurring runs, Kubernetes, systemd."""
