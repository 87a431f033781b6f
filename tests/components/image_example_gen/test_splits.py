from collections import Counter

from components.image_example_gen.splits import EVAL, TEST, TRAIN, SplitFractions

FRACTIONS = SplitFractions(eval=0.2, test=0.1)


def test_a_copy_of_an_image_is_in_the_same_split() -> None:
    contents = [f"image {number}".encode() for number in range(200)]

    assert [FRACTIONS.split_of(content) for content in contents] == [
        FRACTIONS.split_of(bytes(bytearray(content))) for content in contents
    ]


def test_the_splits_have_their_shares() -> None:
    counts = Counter(FRACTIONS.split_of(f"image {number}".encode()) for number in range(5000))

    assert abs(counts[TEST] / 5000 - 0.1) < 0.02
    assert abs(counts[EVAL] / 5000 - 0.2) < 0.02
    assert abs(counts[TRAIN] / 5000 - 0.7) < 0.02


def test_the_split_of_a_content_never_changes_between_versions() -> None:
    assert [FRACTIONS.split_of(content) for content in (b"a", b"b", b"i")] == [EVAL, TRAIN, TEST]


def test_moving_the_eval_share_leaves_the_test_split_alone() -> None:
    contents = [f"image {number}".encode() for number in range(500)]
    wider = SplitFractions(eval=0.5, test=0.1)

    assert [FRACTIONS.split_of(content) == TEST for content in contents] == [
        wider.split_of(content) == TEST for content in contents
    ]
