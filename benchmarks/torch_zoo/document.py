"""Write the tables of docs/interchange.md from the rules and from the last run over torchvision's classifiers.

python -m benchmarks.torch_zoo.document
"""

from trainers.export.torch_to_tf.rules import RULES  # isort: skip

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.torch_zoo import models
from benchmarks.torch_zoo.run import read_results

DOCUMENT = Path(__file__).parents[2] / "docs" / "interchange.md"


def main() -> None:
    """Replace what stands between the marks of each table."""
    text = DOCUMENT.read_text()
    for name, lines in (("models", model_table()), ("operations", operation_table())):
        body = "\n".join(lines)
        text = re.sub(
            rf"(<!-- {name}: generated -->\n).*?(<!-- end of {name} -->)",
            lambda match, body=body: f"{match[1]}\n{body}\n\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
    DOCUMENT.write_text(text)


def model_table() -> Iterable[str]:
    """Yield a row for each torchvision classifier, checked or not."""
    results = read_results()
    yield "| model | weights MB | batch 1 | batch 7 | torch's own rounding | transposes | TFLite, batch 1 |"
    yield "|---|---|---|---|---|---|---|"
    for name in models.names():
        yield _model_row(name, results.get(name))


def operation_table() -> Iterable[str]:
    """Yield a row for each family of rules with its ATen ops."""
    families: dict[str, list[str]] = {}
    for target, rule in RULES.items():
        family = rule.convert.__module__.rpartition(".")[2].replace("_", " ")
        families.setdefault(family, []).append(str(target).removeprefix("aten."))
    yield "| family | operations |"
    yield "|---|---|"
    for family, operations in sorted(families.items()):
        yield f"| {family} | {', '.join(f'`{operation}`' for operation in sorted(operations))} |"


def _model_row(name: str, result: dict[str, Any] | None) -> str:
    if result is None:
        return f"| {name} | not run | | | | | |"
    if "error" in result:
        return f"| {name} | failed: {result['error'].splitlines()[0]} | | | | | |"
    own = max(result.get("torch_rounding_1", 0), result.get("torch_rounding_7", 0))
    cells = [
        f"{name} (two blocks a stage)" if result["reduced"] else name,
        f"{result['weights_mb']:.0f}",
        f"{result['difference_1']:.1e}",
        f"{result['difference_7']:.1e}",
        f"{own:.1e}" if own else "",
        str(result["transposes"]),
        f"{result['tflite_difference_1']:.1e}" if "tflite_difference_1" in result else "",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
