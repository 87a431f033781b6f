"""What can be set of a run that trains a plain TFX module."""

from pydantic import BaseModel, ConfigDict, Field


class ModuleConfig(BaseModel):
    """A TFX module of the user's own, in place of image preprocessing and of both frameworks' trainers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    source: str | None = None
    """Python file or dotted module with `preprocessing_fn(inputs)` and `run_fn(fn_args)`. Default: none, images."""
    label_key: str = ""
    """Feature that holds the class id, as the examples have it, or as `label_signature` returns it."""
    label_signature: str = ""
    """Signature of the SavedModel that transforms the label for the evaluation. Default: none, the label as it is."""
    train_steps: int = Field(default=1000, ge=1)
    """`fn_args.train_steps`, training steps. Default 1000."""
    eval_steps: int = Field(default=10, ge=1)
    """`fn_args.eval_steps`, evaluation steps within training. Default 10."""
    custom_config: dict[str, bool | int | float | str] = {}
    """`fn_args.custom_config`. Default: empty, which the module sees as None."""
