"""How good a model is that starts from trained weights, before its first step."""

import logging

from trainers.config import TrainConfig
from trainers.evaluation import evaluate
from trainers.example_split import ExampleSplit
from trainers.history import InitialEvaluation
from trainers.trained_model import ObservedModel
from trainers.weights.source import are_trained_on_these_classes, parse_weights_source

_logger = logging.getLogger(__name__)


def evaluate_start(model: ObservedModel, split: ExampleSplit, config: TrainConfig) -> InitialEvaluation | None:
    """Evaluate a model that starts from a file or from a pushed model, and say so in the log.

    It shows whether a warm start took over what the earlier model knew. Others know nothing of the classes yet: None.

    Args:
        model: With the weights that its training starts from.
        split: The evaluation examples.
        config: Names the weights.
    """
    if not are_trained_on_these_classes(parse_weights_source(config.weights)):
        return None
    measured = evaluate(model.logits_of, split, batch_size_examples=config.batch_size_examples)
    _logger.info(
        "Before the first step, weights %s: eval loss %.4f, eval accuracy %.1f%%.",
        config.weights,
        measured.loss,
        100 * measured.accuracy,
    )
    return InitialEvaluation(eval_loss=measured.loss, eval_accuracy=measured.accuracy)
