"""Show on a part's page what the part holds: its chapters, and a picture of one.

- ``{chapters} one-weight`` lists the chapters of a folder, in their order, with their questions.
- ``{picture} fig-bowl`` shows again what a chapter has drawn; what it contains is the caption.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from pages import about

logger = logging.getLogger(__name__)


class chapters(nodes.General, nodes.Element):  # noqa: N801 - docutils names a node's class after its tag
    """Where the chapters of a folder will be listed."""


class picture(nodes.General, nodes.Element):  # noqa: N801 - as above
    """Where a figure of another page will be shown; its children are the caption."""


class Chapters(SphinxDirective):
    """Leave a place for a list of chapters."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Note the folder."""
        return [chapters(folder=self.arguments[0])]


class Picture(SphinxDirective):
    """Leave a place for a figure of another page."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Note its name, and read the caption."""
        place = picture(name=self.arguments[0])
        self.set_source_info(place)
        place += self.parse_content_to_nodes()
        return [place]


class FillPlaces(SphinxPostTransform):
    """Put in what other pages say and show, once all of them are read."""

    # After MyST-NB chose how an output is shown (4), before links (10) and figures (50).
    default_priority = 5

    def run(self, **_options: Any) -> None:
        """Fill each place."""
        for place in list(self.document.findall(chapters)):
            place.replace_self(self._listed(place["folder"]))
        for shown in list(self.document.findall(picture)):
            shown.replace_self(self._figure(shown))

    def _listed(self, folder: str) -> nodes.definition_list:
        """Return the chapters of a folder, each with its question and its minutes."""
        listed = nodes.definition_list(classes=["gd-chapters"])
        for page in self.env.toctree_includes[self.config.root_doc]:
            if page.startswith(f"{folder}/") and not page.endswith("/index"):
                known = about(self.env, page)
                link = _link(page, known.title)
                minutes = nodes.inline("", _("%d minutes") % known.minutes, classes=["gd-minutes"])
                term = nodes.term("", "", link, nodes.Text(" "), minutes)
                says = nodes.definition("", nodes.paragraph("", known.question))
                listed += nodes.definition_list_item("", term, says)
        return listed

    def _figure(self, place: nodes.Element) -> nodes.Element:
        """Return a copy of a figure, with another caption."""
        known = self.env.domains.standard_domain.labels.get(place["name"])
        if known is None:
            logger.warning("no figure is called %s", place["name"], location=place, type="picture")
            return nodes.figure()
        page, label, _title = known
        drawn = (
            one for one in self.env.get_doctree(page).findall(nodes.figure) if label in one["ids"]
        )
        image = next(
            (one for each in drawn for one in each.findall(nodes.image) if _is_svg(one)), None
        )
        if image is None:
            raise ExtensionError(f"{place['name']} is no figure that a cell has drawn")
        figure = nodes.figure("", image.deepcopy(), ids=[f"shown-{label}"])
        words = [one for child in place.children for one in child.children]
        figure += nodes.caption("", "", *words)
        return figure


def _is_svg(image: nodes.image) -> bool:
    """Tell in which of its formats an output has been found."""
    return str(image["uri"]).endswith(".svg")


def _link(page: str, title: str) -> addnodes.pending_xref:
    """Return a link to a page, to be resolved with all others."""
    words = nodes.inline("", title)
    return addnodes.pending_xref(
        "",
        words,
        refdomain="std",
        reftype="doc",
        reftarget=f"/{page}",
        refexplicit=True,
        refwarn=True,
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(chapters)
    app.add_node(picture)
    app.add_directive("chapters", Chapters)
    app.add_directive("picture", Picture)
    app.add_post_transform(FillPlaces)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
