"""All rules on one package, all findings at once."""

from pathlib import Path

from pipeline.errors import UsageError
from pipeline.kubeflow.lint.document_rules import DOCUMENT_RULES
from pipeline.kubeflow.lint.graph_rules import GRAPH_RULES
from pipeline.kubeflow.lint.package import Package, read_package
from pipeline.kubeflow.lint.parameter_rules import PARAMETER_RULES
from pipeline.kubeflow.lint.pod_rules import POD_RULES
from pipeline.kubeflow.lint.rule import Finding

RULES = (*DOCUMENT_RULES, *GRAPH_RULES, *PARAMETER_RULES, *POD_RULES)


def lint_package(package: Package) -> tuple[Finding, ...]:
    """Return every broken rule."""
    return tuple(Finding(rule.name, message) for rule in RULES for message in rule.check(package))


def lint_file(path: Path) -> tuple[Finding, ...]:
    """Return every broken rule of a file.

    Raises:
        UsageError: The file cannot be read.
    """
    try:
        return lint_package(read_package(path))
    except OSError as error:
        raise UsageError([f"package {path} cannot be read: {error.strerror}"]) from error
