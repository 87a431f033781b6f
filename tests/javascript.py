"""Runs functions of the page's modules with the node that Playwright brings along."""

import json
import subprocess
from pathlib import Path
from typing import Any

import playwright

PAGE = Path(__file__).resolve().parents[1] / "serving" / "page"
NODE = Path(playwright.__file__).parent / "driver" / "node"


def evaluate(module: str, expression: str) -> Any:
    """Return the value of an expression in which the module's functions are `page.NAME`."""
    code = f"import * as page from {json.dumps((PAGE / module).as_uri())};"
    code += f"console.log(JSON.stringify({expression}))"
    command = [str(NODE), "--no-warnings", "--input-type=module", "--eval", code]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def find_syntax_error(script: str) -> str:
    """Return what node says is wrong with a script of the page; empty when nothing is."""
    command = [str(NODE), "--input-type=module", "--check"]
    done = subprocess.run(command, check=False, input=(PAGE / script).read_bytes(), capture_output=True, timeout=60)
    return done.stderr.decode()
