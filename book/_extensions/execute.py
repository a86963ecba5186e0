"""Run the chapters whose cells have not run yet, several at a time, before Sphinx reads them.

MyST-NB can run them too, but one after the other, and a kernel takes longer to start than most
chapters take to run.  What is run here goes to the cache that MyST-NB reads from.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import create_nb_reader
from myst_nb.sphinx_ import SphinxEnvType
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util import logging
from traitlets.log import get_logger

Chapter = tuple[Path, NotebookNode]
logger = logging.getLogger(__name__)

# A figure has exactly the size that its chapter asks for, so that text is equally large in all of
# them, and the same figure is the same file on every day.  History in one file would make kernels
# wait for each other.  And a kernel need not warn that others could listen to it and this build.
KERNEL_CONFIG = """\
c = get_config()
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None, "metadata": {"Date": None}}
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"
"""


def isolate(home: Path) -> None:
    """Make cells blind to the settings in someone's home folder, and leave nothing there."""
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
    # Matplotlib looks for the machine's fonts once; on a slow machine it complains about that, and
    # it should not do so on a page.
    import_module("matplotlib.font_manager")


def pending(env: SphinxEnvType, docnames: list[str], cache: JupyterCacheAbstract) -> list[Chapter]:
    """Return the chapters among `docnames` that the cache does not know."""
    chapters = []
    for docname in docnames:
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        if reader is not None:  # or it is a page without cells
            notebook = reader.read(text)
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                chapters.append((path, notebook))
    return chapters


def execute(app: Sphinx, env: SphinxEnvType, docnames: list[str]) -> None:
    """Run what has to be run, and fail if a cell does."""
    folder = Path(app.config.nb_execution_cache_path)
    for old in folder.parent.glob("*"):
        if old != folder:
            shutil.rmtree(old)
    cache = get_cache(folder)
    get_logger().setLevel("WARNING")  # or each kernel announces itself

    def run(chapter: Chapter) -> tuple[Path, ExecutionResult]:
        path, notebook = chapter
        logger.info("executing %s", path.name)
        timeout = app.config.nb_execution_timeout
        return path, single_nb_execution(notebook, str(path.parent), timeout, allow_errors=False)

    failures = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result in pool.map(run, pending(env, docnames, cache)):
            if result.err:
                failures.append(f"{path.relative_to(app.confdir)}\n{result.err}")
                continue
            data = {"execution_seconds": result.time}
            bundle = CacheBundleIn(result.nb, str(path), data=data)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if failures:
        sys.exit(re.sub(r"\x1b\[[\d;]*m", "", "\n\n".join(["A chapter fails.", *failures])))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx."""
    isolate(Path(app.confdir) / "_build" / "home")
    app.connect("env-before-read-docs", execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
