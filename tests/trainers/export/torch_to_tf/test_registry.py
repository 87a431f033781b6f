import pytest
import torch

from trainers.export.torch_to_tf.call import bind
from trainers.export.torch_to_tf.registry import Family, merge

aten = torch.ops.aten


def convert_relu(context, *, input):
    return input


def convert_with_unknown_argument(context, *, input, slope):
    return input


def test_rule_for_an_argument_that_the_op_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match=r"lacks one of the arguments \['input', 'slope'\]"):
        Family().rule(aten.relu.default)(convert_with_unknown_argument)


def test_second_rule_for_an_op_is_refused() -> None:
    family = Family()
    family.rule(aten.relu.default)(convert_relu)
    with pytest.raises(TypeError, match="has a rule already"):
        family.rule(aten.relu.default)(convert_relu)


def test_two_families_with_a_rule_for_one_op_are_refused() -> None:
    families = [Family(), Family()]
    for family in families:
        family.rule(aten.relu.default)(convert_relu)
    with pytest.raises(TypeError, match=r"two families have rules for \['aten.relu.default'\]"):
        merge(families)


def test_argument_that_a_rule_does_not_name_has_to_keep_its_default() -> None:
    family = Family()
    family.rule(aten.leaky_relu.default)(convert_relu)
    rule = family.rules[aten.leaky_relu.default]
    graph = torch.fx.Graph()
    images = graph.placeholder("images")
    default = graph.call_function(aten.leaky_relu.default, (images, 0.01))
    steep = graph.call_function(aten.leaky_relu.default, (images, 2.0))
    assert rule.refusals(bind(default)) == []
    assert rule.refusals(bind(steep)) == ["`negative_slope=2.0` is not carried; use its default or another op"]
