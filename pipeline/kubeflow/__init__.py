"""The pipeline on Kubeflow Pipelines 2: compile, check, try on this machine, submit and follow."""
