"""The compose file: both servers read the same models, and neither can do more than that."""

import pytest
import yaml
from dockerfiles import ROOT

SECURED = yaml.safe_load((ROOT / "docker" / "compose.secured.yaml").read_text())["services"]
SERVICES = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES.values(), ids=list(SERVICES))


def test_both_servers_mount_the_same_models():
    tandem, stock = SERVICES["tandem"], SERVICES["tensorflow-serving"]

    assert tandem["volumes"] == stock["volumes"]
    assert stock["environment"]["MODEL_BASE_PATH"] == tandem["volumes"][0]["target"] == "/models"


@EVERY_SERVICE
def test_models_are_mounted_for_reading_and_a_wrong_path_makes_no_folder(service):
    (mount,) = service["volumes"]

    assert mount["read_only"] is True
    assert mount["bind"] == {"create_host_path": False}


def test_ports_are_open_to_this_machine_only_and_differ():
    ports = [port for service in SERVICES.values() for port in service["ports"]]

    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    assert len({port.split(":")[1] for port in ports}) == len(ports)


@EVERY_SERVICE
def test_a_server_has_no_rights_beyond_a_plain_user_on_a_read_only_root(service):
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["user"] == "${TANDEM_USER:-10001:10001}"


@EVERY_SERVICE
def test_cores_memory_and_processes_are_limited(service):
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}


def test_the_stock_server_is_of_one_version():
    assert SERVICES["tensorflow-serving"]["image"].split(":")[1] == "2.19.1"


def test_there_is_more_time_to_stop_than_the_server_needs_to_drain():
    from serving.settings import Settings

    assert int(SERVICES["tandem"]["stop_grace_period"].removesuffix("s")) > (
        Settings.drain_delay_seconds + Settings.drain_timeout_seconds
    )


def test_the_secured_server_finds_what_is_mounted_as_a_folder_for_reading():
    from serving.run import build_parser

    (mount,) = SECURED["tandem"]["volumes"]
    options = build_parser().parse_args(SECURED["tandem"]["command"])

    assert (mount["type"], mount["read_only"], mount["bind"]) == ("bind", True, {"create_host_path": False})
    for path in (options.token_file, options.tls_cert, options.tls_key):
        assert path.startswith(f"{mount['target']}/")


def test_the_secured_compose_file_adds_to_a_service_that_there_is_and_opens_no_port():
    assert SECURED.keys() == {"tandem"} < SERVICES.keys()
    assert SECURED["tandem"].keys() == {"command", "volumes"}
