import pytest

from pipeline import command
from pipeline.run import build_parser


def test_ctrl_c_is_a_sentence_that_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "check_everything", interrupt)

    assert command.run_command(build_parser().parse_args([]), unknown_options=(), known_options=()) == 130
    assert "--resume goes on from the finished steps" in capsys.readouterr().err
