"""What can go wrong while a trained model is exported.

ExportError
├── TransformGraphError     the Transform graph is not the kind of preprocessing that a bundle can carry
├── ModelExportError        the model's outputs or operations do not fit a bundle
└── WitnessError            the trained model's testimony is incomplete or not a witness file
"""


class ExportError(Exception):
    """Base of every error that exporting raises on purpose."""


class TransformGraphError(ExportError):
    """The Transform graph is not the kind of preprocessing that a bundle can carry."""


class ModelExportError(ExportError):
    """The model's outputs or operations do not fit a bundle."""


class WitnessError(ExportError):
    """The trained model's testimony is incomplete or not a witness file."""
