"""Manifests for Kubernetes: a CronJob, or a Deployment of the service."""
