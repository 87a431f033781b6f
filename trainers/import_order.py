"""The order in which frameworks are loaded, where it matters."""


def load_triton_before_tensorflow() -> None:
    """Make the order of imports safe for user code: torch's optimizers load triton, which crashes after TensorFlow."""
    try:
        import triton  # noqa: F401
    except ImportError:
        return
