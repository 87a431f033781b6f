from serving.client.answers import Classification, read_classifications, read_statuses

RED = {"label": "red", "score": 0.75, "classes": [{"label": "red", "score": 0.75}, {"label": "blue", "score": 0.25}]}
EXPECTED = Classification(
    label="red", score=0.75, probabilities={"red": 0.75, "blue": 0.25}, model="colours", model_version=4
)


def test_one_answer_and_a_list_are_read_alike() -> None:
    head = {"model": "colours", "version": "4"}

    assert read_classifications({**head, **RED}) == [EXPECTED]
    assert read_classifications({**head, "predictions": [{"file": "0", **RED}] * 2}) == [EXPECTED] * 2


def test_a_refused_version_keeps_the_reason() -> None:
    [status] = read_statuses(
        {"model_version_status": [{"version": "3", "state": "END", "status": {"error_message": "damaged"}}]}
    )

    assert (status.version, status.state, status.error) == (3, "END", "damaged")
