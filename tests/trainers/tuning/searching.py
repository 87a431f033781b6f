"""A program for `test_search`: runs the search whose request, as JSON, is its argument."""

import sys

from trainers.tuning.request import TuningRequest
from trainers.tuning.search import run_search

if __name__ == "__main__":
    run_search(TuningRequest.model_validate_json(sys.argv[1]))
