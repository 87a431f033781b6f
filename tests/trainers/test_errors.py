import inspect

from trainers import errors


def test_every_error_derives_from_the_base_and_stands_in_the_tree() -> None:
    classes = [member for _, member in inspect.getmembers(errors, inspect.isclass)]
    assert all(issubclass(member, errors.TrainerError) for member in classes)
    assert all(member.__name__ in str(errors.__doc__) for member in classes)
