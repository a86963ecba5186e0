"""Gradient descent, executed: the package behind the book.

To change how we move, choose a rule; to change what we measure, wrap the loss.
"""

from gdbook import checks
from gdbook.datasets import (
    Digits,
    Split,
    Team,
    bundled_digits,
    linear_data,
    load_digits,
    load_mnist,
    noisy_line,
    random_start,
    read_idx,
    team,
)
from gdbook.losses import (
    Loss,
    Surface,
    freeze,
    himmelblau,
    least_squares,
    minibatches,
    surface,
)
from gdbook.networks import (
    confusion,
    linear_layer,
    linear_layer_loss,
    one_hot,
    weight_deltas,
    weighted_sum,
)
from gdbook.rules import (
    Positive,
    Rate,
    Run,
    Setting,
    Share,
    Step,
    Trace,
    gradient_descent,
    hot_and_cold,
    rule,
)
from gdbook.theory import closed_form, curvatures, finite_differences, stable_learning_rate

__all__ = [
    "Digits",
    "Loss",
    "Positive",
    "Rate",
    "Run",
    "Setting",
    "Share",
    "Split",
    "Step",
    "Surface",
    "Team",
    "Trace",
    "bundled_digits",
    "checks",
    "closed_form",
    "confusion",
    "curvatures",
    "finite_differences",
    "freeze",
    "gradient_descent",
    "himmelblau",
    "hot_and_cold",
    "least_squares",
    "linear_data",
    "linear_layer",
    "linear_layer_loss",
    "load_digits",
    "load_mnist",
    "minibatches",
    "noisy_line",
    "one_hot",
    "random_start",
    "read_idx",
    "rule",
    "stable_learning_rate",
    "surface",
    "team",
    "weight_deltas",
    "weighted_sum",
]

__version__ = "0.1.0"
