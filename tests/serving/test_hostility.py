"""Two thousand hostile requests to a real server process over real sockets; it answers all and lives on."""

import http.client
import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hostile_client import strike
from hostile_connections import make_framing_attacks, make_large_attacks, make_pipelines, make_slow_attacks
from hostile_images import MAX_MEGAPIXELS
from hostile_requests import Attack, make_body_attacks, make_image_attacks, make_random_attacks, make_token_attacks
from server_process import ROOT, ServerProcess, running_server
from tiny_bundles import RED, encode, write_bundle

SEED = 20261125
RANDOM_ATTACKS = 1300
# A caller that the machine holds up for longer than this, on a busy day, is a silent one and gets no answer.
OPTIONS = ["--receive-timeout-seconds", "3", "--max-body-mib", "4", "--max-image-megapixels", str(MAX_MEGAPIXELS)]
TOKEN = "an-arbitrary-token-of-a-test-and-nothing-else"  # noqa: S105 - opens nothing
FEWEST_REQUESTS = 2000
MOST_GROWTH_MIB = 64
"""Of the server's memory, beside what the first attacks make it load."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostility")
    write_bundle(folder / "colours" / "1")
    return folder


def attack(server: ServerProcess, attacks: list[Attack], *, models: Path) -> list[str]:
    """Send attacks from several connections at a time; returns what is wrong."""
    places = [str(ROOT), str(models), sys.prefix, str(Path.home())]
    with ThreadPoolExecutor(8) as threads:
        problems = threads.map(lambda each: strike(server.port, each, places=places), attacks)
        return [problem for problem in problems if problem]


def is_well(server: ServerProcess) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("POST", "/predict/colours", encode(RED))
        response = connection.getresponse()
        return response.status == 200 and b'"label":"red"' in response.read()


def memory_mib(server: ServerProcess) -> float:
    """Return the memory of the process, 0 where the system does not tell it in Linux's way."""
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        return 0.0
    return int(status.read_text().partition("VmRSS:")[2].split()[0]) / 1024


def check_log(server: ServerProcess) -> None:
    """See that every line is one of the server's own, and that none tells of a fault."""
    assert not {json.loads(line)["event"] for line in server.log.splitlines()} & {"failure", "model_failed"}


@pytest.mark.slow
def test_hostile_requests_are_refused_and_harm_nobody(models: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secret depends on it
    kinds = {
        "bodies": list(make_body_attacks()),
        "images": list(make_image_attacks()),
        "framing": list(make_framing_attacks()),
        "large": list(make_large_attacks()),
        "slow": list(make_slow_attacks()),
        "pipelines": list(make_pipelines()),
        "random": list(make_random_attacks(chance, RANDOM_ATTACKS)),
    }
    assert sum(map(len, kinds.values())) >= FEWEST_REQUESTS
    warm_mib = 0.0
    problems: list[str] = []
    with running_server(models, *OPTIONS) as server:
        for kind, attacks in kinds.items():
            problems += [f"{kind}: {problem}" for problem in attack(server, attacks, models=models)]
            assert is_well(server), kind
            warm_mib = warm_mib or memory_mib(server)

        assert not problems, "\n".join(problems)
        assert memory_mib(server) - warm_mib < MOST_GROWTH_MIB
        check_log(server)


@pytest.mark.slow
def test_no_wrong_token_opens_a_server_that_asks_for_one(models: Path, tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(TOKEN)
    token_file.chmod(0o600)
    attacks = list(make_token_attacks(TOKEN))
    with running_server(models, *OPTIONS, "--token-file", str(token_file)) as server:
        problems = attack(server, attacks, models=models)

        assert not problems, "\n".join(problems)
        assert server.ask(headers={"Authorization": f"Bearer {TOKEN}"}) == (200, "1")
        check_log(server)
