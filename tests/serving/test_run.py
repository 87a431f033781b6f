"""The command from the shell: what it refuses, what it prints, and a real server under signals."""

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_process import ROOT, ServerProcess
from tiny_bundles import write_bundle

from serving.run import build_parser, main


@pytest.fixture
def models(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "colours" / "1")
    return tmp_path


def test_every_problem_is_told_at_once_with_the_nearest_right_word(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--models", str(models), "--model", "colour", "--backend", "onx", "--versions", "newest", "--wokers=2"]

    code = main([*options, "--rest-port", "99999", "--timeout-seconds", "soon", "--max-batch-images", "1.5"])

    problems = capsys.readouterr().err.splitlines()
    assert code == 2
    for text in (
        "unknown argument '--wokers=2'. Did you mean '--workers'",
        "--model 'colour' has no version",
        "Did you mean 'colours'?",
        "--backend 'onx' is not one of auto, onnx, savedmodel. Did you mean 'onnx'?",
        "--versions: 'newest' is no version policy",
        "--rest-port 99999 is not between 0 and 65535",
        "--timeout-seconds 'soon' is not a number",
        "--max-batch-images '1.5' is not a whole number",
    ):
        assert any(text in problem for problem in problems), text
    assert len(problems) == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--models DIR is missing"),
        (["--models", "absent"], "--models absent is not a folder"),
        (["--models", ".", "--max-request-images", "600"], "larger than --max-queue-images"),
    ],
)
def test_what_cannot_be_served_is_refused(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options) == 2
    assert message in capsys.readouterr().err


def test_help_names_every_option_with_its_default_and_loads_nothing_heavy() -> None:
    text = build_parser().format_help()
    for word in ("--models DIR", "--max-body-mib", "(default: 32.0)", "--drain-delay-seconds", "exit codes"):
        assert word in text
    code = (
        "import sys, serving.run; serving.run.build_parser(); "
        "print(len({'numpy', 'pydantic', 'uvicorn', 'onnxruntime'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "0"


@pytest.fixture
def server(models: Path) -> Iterator[ServerProcess]:
    running = ServerProcess(models, "--poll-seconds", "0.05", "--drain-delay-seconds", "0.3")
    running.wait_for("version_available")
    yield running
    running.kill()


def test_a_served_model_answers_and_the_server_stops_cleanly(server: ServerProcess) -> None:
    assert server.ask() == (200, "1")
    while server.ask(path="/health/ready")[0] != 200:  # A moment after the version, when all folders have been seen.
        time.sleep(0.01)
    assert server.stop() == 0


def test_a_taken_port_is_a_problem_and_no_traceback(server: ServerProcess, models: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "serving.run",
        "--models",
        str(models),
        "--rest-port",
        str(server.port),
        "--grpc-port",
        "-1",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert "error: --host 127.0.0.1 --rest-port" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_request_fails_while_versions_are_swapped_and_the_server_is_stopped(
    server: ServerProcess, models: Path
) -> None:
    answers: list[tuple[int, object]] = []
    failures: list[Exception] = []

    def keep_asking() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        try:
            while True:
                answers.append(server.ask(connection))
        except ConnectionRefusedError:
            return  # The port is closed, and no request was under way.
        except Exception as error:
            failures.append(error)

    callers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for caller in callers:
        caller.start()
    for number in (2, 3):
        write_bundle(models / "unfinished")
        (models / "unfinished").rename(models / "colours" / str(number))
        server.wait_for("version_unloaded")
    code = server.stop()
    for caller in callers:
        caller.join(30)

    assert (failures, code) == ([], 0)
    assert {status for status, _ in answers} == {200}
    assert {version for _, version in answers} == {"1", "2", "3"}
