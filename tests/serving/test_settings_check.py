"""What the options of request log and traces must keep."""

import subprocess
import sys
from pathlib import Path

import pytest
from tiny_bundles import write_bundle

from serving.run import build_parser, main
from serving.settings_check import check_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "models" / "colours" / "1")
    return tmp_path / "models"


def test_without_the_options_nothing_is_logged_nor_traced(models: Path) -> None:
    settings = check_settings(build_parser().parse_args(["--models", str(models)]), unknown=[], known=[])

    assert (settings.request_log, settings.traces) == (None, None)


def test_a_missing_folder_will_do_for_the_request_log(models: Path, tmp_path: Path) -> None:
    options = ["--models", str(models), "--request-log", str(tmp_path / "new"), "--request-log-fraction", "1"]
    settings = check_settings(build_parser().parse_args(options), unknown=[], known=[])

    assert (settings.request_log, settings.request_log_fraction) == (tmp_path / "new", 1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--request-log", __file__], "is not a folder; name one, which is made where it is missing"),
        (["--request-log", ""], "--request-log '' is not a folder"),
        (["--request-log", "x", "--request-log-fraction", "1.5"], "--request-log-fraction 1.5 is not between 0 and 1"),
        (["--request-log", "x", "--request-log-fraction", "nan"], "--request-log-fraction nan is not between 0 and 1"),
        (["--request-log-max-mib", "9"], "--request-log-max-mib does nothing without --request-log"),
        (["--traces-fraction", "0.5"], "--traces-fraction does nothing without --traces"),
        (["--traces", "localhost:4318"], "no address for spans; collectors take them at http://HOST:4318/v1/traces"),
        (["--traces", "http://localhost:4318"], "--traces 'http://localhost:4318' is no address for spans"),
        (["--traces", "http://[/v1/traces"], "is no address for spans"),
        (["--trace", "http://localhost:4318/v1/traces"], "unknown argument '--trace'. Did you mean '--traces'"),
    ],
)
def test_what_cannot_be_done_is_refused(
    models: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--models", str(models), *options]) == 2
    assert message in capsys.readouterr().err


def test_missing_packages_are_named_with_the_way_to_get_them(models: Path) -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from serving.run import main\n"
        f"sys.exit(main(['--models', {str(models)!r}, '--traces', 'http://127.0.0.1:4318/v1/traces']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (
        2,
        "error: --traces needs OpenTelemetry, which is not installed; run pip install --group tracing\n",
    )
