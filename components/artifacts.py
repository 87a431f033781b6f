"""Artifact types that ML Metadata does not have yet.

Their names have the form `tandem.Class`, which TFX asks for when it compiles for Kubeflow Pipelines.
"""

from tfx.types.artifact import Artifact

ABSENT = "absent"
"""Custom property of Baseline's model: 1 when nothing is pushed yet."""


class Quarantine(Artifact):
    """Images left out of the examples: `quarantine.jsonl`, one `{path, rule, detail}` a line.

    With several spans also `older_copies.jsonl`, one `{path, kept}` for each image that a newer span has too.
    """

    TYPE_NAME = "tandem.Quarantine"


class ParityReport(Artifact):
    """How far the exports are from the trained model: `parity.json`."""

    TYPE_NAME = "tandem.ParityReport"


class Decision(Artifact):
    """Which candidates are blessed, why the others are not, and the champion: `decision.json`."""

    TYPE_NAME = "tandem.Decision"
