from pathlib import Path
from typing import Any

import pytest
from candidates import make_candidate

from components.decision import Decision, Metrics, Thresholds, Verdict
from components.errors import PushError
from components.pusher.push import push
from serving.bundle import bundle_checksum, verify
from serving.errors import BundleError
from serving.evaluation_file import read_evaluation

COUNTS = {("train", "cat"): 8, ("train", "dog"): 9, ("test", "cat"): 2}
THRESHOLDS = Thresholds(min_accuracy=0.5, max_accuracy_drop=0)


def decision_for(checksum: str | None) -> Decision:
    if checksum is None:
        return Decision(
            verdicts={}, champion=None, blessed_checksum=None, baseline=None, thresholds=THRESHOLDS, comparison=""
        )
    metrics = Metrics(accuracy=1.0, loss=0.0, per_class={}, confusion_matrix=())
    candidate = make_candidate(bundle_checksum=checksum, metrics=metrics)
    return Decision(
        verdicts={"keras": Verdict(candidate=candidate, blessed=True, reasons=())},
        champion="keras",
        blessed_checksum=checksum,
        baseline=None,
        thresholds=THRESHOLDS,
        comparison="",
    )


def blessed(bundle: Path) -> Decision:
    return decision_for(bundle_checksum(bundle))


def test_the_first_push_is_version_1_and_whole(sealed_bundle: Path, tmp_path: Path) -> None:
    pushed = push(sealed_bundle, blessed(sealed_bundle), COUNTS, model_folder=tmp_path / "models" / "digits")

    assert pushed.path == tmp_path / "models" / "digits" / "1"
    assert pushed.is_new
    assert verify(pushed.path).class_names == verify(sealed_bundle).class_names


def test_the_evaluation_is_pushed_beside_the_sealed_files(sealed_bundle: Path, tmp_path: Path) -> None:
    pushed = push(sealed_bundle, blessed(sealed_bundle), COUNTS, model_folder=tmp_path / "digits")

    evaluation = read_evaluation(pushed.path)
    assert evaluation is not None
    assert evaluation.bundle_checksum == bundle_checksum(pushed.path) == bundle_checksum(sealed_bundle)
    assert evaluation.candidates["keras"].accuracy == 1.0
    assert evaluation.images == {"train": {"cat": 8, "dog": 9}, "test": {"cat": 2}}
    assert read_evaluation(sealed_bundle) is None


def test_push_is_refused_when_nothing_is_blessed(sealed_bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(PushError, match="blesses nothing"):
        push(sealed_bundle, decision_for(None), COUNTS, model_folder=tmp_path / "digits")

    assert not (tmp_path / "digits").exists()


def test_push_is_refused_when_the_blessing_names_another_bundle(sealed_bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(PushError, match="not this bundle"):
        push(sealed_bundle, decision_for("0" * 64), COUNTS, model_folder=tmp_path / "digits")


def test_push_is_refused_when_a_byte_changed_after_the_blessing(sealed_bundle: Path, tmp_path: Path) -> None:
    decision = blessed(sealed_bundle)
    (sealed_bundle / "model.onnx").write_bytes(b"another model")

    with pytest.raises(BundleError, match=r"model\.onnx"):
        push(sealed_bundle, decision, COUNTS, model_folder=tmp_path / "digits")


def test_the_same_bundle_is_not_pushed_twice(sealed_bundle: Path, tmp_path: Path) -> None:
    first = push(sealed_bundle, blessed(sealed_bundle), COUNTS, model_folder=tmp_path)
    second = push(sealed_bundle, blessed(sealed_bundle), COUNTS, model_folder=tmp_path)

    assert second.path == first.path
    assert not second.is_new


def test_versions_go_up_and_other_names_are_no_versions(sealed_bundle: Path, tmp_path: Path) -> None:
    for name in ("7", "notes", "8.old"):
        (tmp_path / name).mkdir()
    (tmp_path / "7" / "something").touch()

    assert push(sealed_bundle, blessed(sealed_bundle), COUNTS, model_folder=tmp_path).path.name == "8"


def test_what_a_killed_push_left_is_removed(sealed_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    (folder / ".incoming-999" / "variables").mkdir(parents=True)

    push(sealed_bundle, blessed(sealed_bundle), COUNTS, model_folder=folder)

    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["1"]


@pytest.mark.parametrize("doomed", ["copytree", "fsync", "rename"])
def test_a_push_that_dies_at_any_write_leaves_no_version(
    sealed_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doomed: str
) -> None:
    def die(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    target = {"copytree": "shutil.copytree", "fsync": "os.fsync", "rename": "pathlib.Path.rename"}[doomed]
    decision = blessed(sealed_bundle)
    monkeypatch.setattr(target, die)

    with pytest.raises(PushError, match="No space left on device"):
        push(sealed_bundle, decision, COUNTS, model_folder=tmp_path / "digits")

    assert [path.name for path in (tmp_path / "digits").iterdir() if path.name.isdecimal()] == []
