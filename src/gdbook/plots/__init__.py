"""The vocabulary of figures: Axes and data in, the same Axes out.

Nothing here runs a rule, draws random numbers or shows a window: a figure is a picture of data
that the page has made before.  What several pages draw is a word here; what one page alone draws
is a sentence in these words, in the ``figures.py`` of the page's own folder (``import figures``).

Every module here lists what it offers in its own ``__all__``; all of it is here, too.

===============  ===================================================================================
Curves           `curves` (any number, named where they end; linear or log), `label_ends` (names for
                 the lines of any drawing), `section` (a loss over one parameter), `walk` (a run on
                 it), `tangents`, `rise_over_run`
Maps             `contours`, `paths` (runs), `marks` (start, minimum, goal), `arrows`, `regions`
                 (filled by kind), `sheet` (a surface in space above its map)
Data             `points` (one kind, or classes), `line` (intercept and slope), `residuals`, `bars`,
                 `intervals`
Diagrams         `flow` (boxes and arrows), `network` (any number of layers), `cells` (arrays as
                 cells, with their shapes)
Pictures         `picture`, `pictures` (a grid), `scale` (their colours), `frame` (a part of one)
Words and lines  `note` (words beside a place), `guide` (a straight line across, with its name),
                 `log_scale` (10⁻³, without mathtext), `number` (a true minus), `bare` (no frame)
Hands-on         `movable` (what the reader may change on the page), `Slider`, `Handle`, `Choice`,
                 `Drawing`, `Turns`
Looks            `look` (twelve that differ in more than colour), `PALETTE`, `INK`, `PAPER`, `BLUE`,
                 `ORANGE`, `GREEN`, `PINK`, `AMBER`, `SKY`, `use_style`
===============  ===================================================================================

Figure text is Unicode: η, λ, w₁, ∂L/∂w, 10⁻³.  A figure with a formula between dollar signs, or a
logarithmic axis that `log_scale` has not seen, stops the build.

>>> import matplotlib.pyplot as plt
>>> from gdbook import plots
>>> fig, ax = plt.subplots()
>>> ax = plots.curves(ax, {"slow": [1, 0.5, 0.25], "fast": [1, 0.1, 0.01]}, log="y")
>>> [text.get_text() for text in ax.texts]
['slow', 'fast']
>>> plt.close(fig)
"""

from gdbook.plots.curves import *
from gdbook.plots.data import *
from gdbook.plots.diagrams import *
from gdbook.plots.look import *
from gdbook.plots.moving import *
from gdbook.plots.pictures import *
from gdbook.plots.surfaces import *
