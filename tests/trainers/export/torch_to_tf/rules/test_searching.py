import torch

ROW = torch.tensor([-2.0, -1.0, 0.0, 0.5, 3.0])
FUNCTIONS = {
    "search": lambda x: torch.searchsorted(ROW, x),
    "search on the right": lambda x: torch.searchsorted(ROW, x, right=True),
    "search by side": lambda x: torch.searchsorted(ROW, x, side="right", out_int32=True),
    "a row for each": lambda x: torch.searchsorted(x.sort(3).values, x[..., :3].contiguous()),
    "bucketize": lambda x: torch.bucketize(x, ROW),
    "bucketize on the right": lambda x: torch.bucketize(x, ROW, right=True, out_int32=True),
    "not a number comes last": lambda x: torch.bucketize(x.log(), ROW),
}


def test_searches_equal_torch(check_functions) -> None:
    check_functions(FUNCTIONS)


def test_search_among_another_type_is_refused(refusal) -> None:
    assert "different types" in refusal(lambda x: torch.bucketize(x.long(), ROW))
