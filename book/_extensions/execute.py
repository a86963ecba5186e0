"""Run the chapters whose cells have not run yet, several at a time, before Sphinx reads them.

MyST-NB can run them too, but one after the other, and a kernel takes longer to start than most
chapters take to run.  What is run here goes to the cache that MyST-NB reads from.
"""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from sphinx.errors import SphinxError
from sphinx.util import logging
from traitlets.log import get_logger

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

# A figure has exactly the size that its chapter asks for, so that text is equally large in all of
# them, and the same figure is the same file on every day.  History would only lock kernels out.
KERNEL_CONFIG = """\
c = get_config()
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None, "metadata": {"Date": None}}
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"
"""


class CellError(SphinxError):
    """A cell raised an error, so its chapter cannot be built."""

    category = "A chapter failed"


def isolate(app: Sphinx) -> None:
    """Make cells blind to the settings of whoever builds the book, and leave nothing in their home."""
    home = Path(app.confdir) / "_build" / "home"
    profile = home / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_CONFIG)
    os.environ.update(
        IPYTHONDIR=str(home / "ipython"),
        JUPYTER_CONFIG_DIR=str(home / "jupyter"),
        JUPYTER_DATA_DIR=str(home / "jupyter"),
        JUPYTER_RUNTIME_DIR=str(home / "jupyter"),
        MPLCONFIGDIR=str(home / "matplotlib"),
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        OMP_NUM_THREADS="1",  # sums are added in one order, whatever the number of cores
        PYDEVD_DISABLE_FILE_VALIDATION="1",  # the debugger's advice is of no use here
        PYTHONHASHSEED="0",
    )


def execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Run every notebook among `docnames` that the cache does not know."""
    folder = Path(app.config.nb_execution_cache_path)
    get_logger().setLevel("WARNING")  # or each kernel announces itself
    for old in folder.parent.glob("*"):
        if old != folder:
            shutil.rmtree(old)
    cache = get_cache(folder)

    def is_cached(notebook: object) -> bool:
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            return False
        return True

    pending = {}
    for docname in docnames:
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader and reader.read(text)
        if notebook and not is_cached(notebook):
            pending[path] = notebook

    def run(path: Path) -> tuple[Path, object]:
        logger.info("executing %s", path.name)
        timeout = app.config.nb_execution_timeout
        return path, single_nb_execution(pending[path], str(path.parent), timeout, allow_errors=False)

    failures = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result in pool.map(run, pending):
            if result.err:
                failures.append(f"{path.relative_to(app.confdir)}\n{result.err}")
            else:
                bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if failures:
        raise CellError(re.sub(r"\x1b\[[\d;]*m", "", "\n\n".join(failures)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", isolate)
    app.connect("env-before-read-docs", execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
