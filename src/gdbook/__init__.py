"""Gradient descent, executed: the package behind the book.

To change how we move, choose a rule; to change what we measure, wrap the loss.

Every module lists what it offers in its own ``__all__``; all of it is here, too, except what
`checks` and `plots` offer.
"""

from gdbook import checks as checks
from gdbook.autodiff import *
from gdbook.datasets import *
from gdbook.losses import *
from gdbook.networks import *
from gdbook.rules import *
from gdbook.runs import *
from gdbook.schedules import *
from gdbook.theory import *

__version__ = "0.1.0"
