from pipeline.dataset import Dataset
from pipeline.kubeflow.step_kinds import ADDRESSES, KINDS, VERDICT, kind_of
from pipeline.settings import load_config
from pipeline.steps import describe_steps


def test_every_step_of_the_pipeline_can_be_addressed_by_id_and_kind() -> None:
    data = Dataset(path="digits", labels=("0", "1"), images=2, fingerprint="")
    config = load_config(options={"tune": {"enabled": True}})
    ids = [step.id for step in describe_steps(config, data, baseline_checksum="")]

    assert set(ids) <= set(ADDRESSES)
    assert {kind_of(step) for step in ids} | {VERDICT} == set(KINDS)
