"""What is wrong with a file or line that a pydantic model refuses, in words."""

from pydantic import ValidationError


def name_broken_rules(error: ValidationError, *, whole: str = "file") -> list[str]:
    """Return `place: rule` for each rule that is broken.

    Args:
        error: Of the model.
        whole: What to call the place of a rule that is about all of it.
    """
    return [f"{'.'.join(map(str, each['loc'])) or whole}: {each['msg']}" for each in error.errors()]
