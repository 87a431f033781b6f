from trainers.ways.config import EXTRA_OF_WAY, FRAMEWORK_OF_WAY, WAYS, FastaiConfig, LightningConfig, arguments_of


def test_every_setting_says_its_default() -> None:
    for section in (LightningConfig, FastaiConfig):
        for name, field in section.model_fields.items():
            assert "Default" in (field.description or ""), name


def test_every_way_but_the_loop_has_a_framework() -> None:
    assert set(FRAMEWORK_OF_WAY) == set(WAYS) - {"loop"}
    assert EXTRA_OF_WAY.keys() <= FRAMEWORK_OF_WAY.keys()


def test_a_fastai_learner_is_built_on_its_data() -> None:
    assert arguments_of("fastai") == (*arguments_of("loop"), "dls")
