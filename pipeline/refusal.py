"""How a command says that it cannot go on."""

from rich.console import Console

from pipeline.errors import ExitCode


def refuse(problems: str, code: ExitCode) -> int:
    """Print a line for each problem to standard error; returns the exit code."""
    console = Console(stderr=True, highlight=False)
    for problem in problems.splitlines():
        console.print(f"error: {problem}", soft_wrap=True, markup=False)
    return int(code)
