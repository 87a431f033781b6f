from serving.versions.retries import MAX_TRIES, Retries

FILES = (("model.onnx", 10, 1),)
REPAIRED = (("model.onnx", 10, 2),)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_failure_is_tried_again_after_a_minute_and_five_times_in_all() -> None:
    clock, tries = Clock(), 0
    retries = Retries(clock)

    for _ in range(60 * 10):
        if retries.may_try(1, FILES):
            tries += 1
            retries.note_failure(1, FILES)
        clock.now += 1

    assert tries == MAX_TRIES == 5


def test_a_changed_file_is_tried_at_once_and_afresh() -> None:
    clock = Clock()
    retries = Retries(clock)
    for _ in range(MAX_TRIES):
        retries.note_failure(1, FILES)
    clock.now = 1000

    assert not retries.may_try(1, FILES)
    assert retries.may_try(1, REPAIRED)
    retries.note_failure(1, REPAIRED)
    clock.now += 60
    assert retries.may_try(1, REPAIRED)


def test_versions_fail_apart_and_success_is_a_new_start() -> None:
    retries = Retries(Clock())
    retries.note_failure(1, FILES)

    assert retries.may_try(2, FILES)
    retries.forget(1)
    assert retries.may_try(1, FILES)
