"""Gradient descent, executed: the package behind the book.

To change how we move, choose a rule; to change what we measure, wrap the loss.
"""

from gdbook.datasets import Split, noisy_line, random_start
from gdbook.losses import (
    Loss,
    Surface,
    freeze,
    himmelblau,
    least_squares,
    minibatches,
    surface,
)
from gdbook.rules import Run, Step, Trace, gradient_descent, hot_and_cold, rule
from gdbook.theory import closed_form, curvatures, finite_differences, stable_learning_rate

__all__ = [
    "Loss",
    "Run",
    "Split",
    "Step",
    "Surface",
    "Trace",
    "closed_form",
    "curvatures",
    "finite_differences",
    "freeze",
    "gradient_descent",
    "himmelblau",
    "hot_and_cold",
    "least_squares",
    "minibatches",
    "noisy_line",
    "random_start",
    "rule",
    "stable_learning_rate",
    "surface",
]

__version__ = "0.1.0"
