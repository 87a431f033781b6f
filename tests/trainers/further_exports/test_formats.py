from trainers.further_exports.formats import formats_of


def test_each_framework_writes_its_own_archive_and_both_write_tflite() -> None:
    wanted = ("tflite", "keras", "pt2", "tflite")

    assert formats_of("keras", wanted) == ("tflite", "keras")
    assert formats_of("pytorch", wanted) == ("tflite", "pt2")
    assert formats_of("pytorch", ("keras",)) == ()
