"""Let a name in a docstring lead to where it is described: `momentum`, or within a class `advance`.

What a function itself is given is described a few lines further, and stays a word: a parameter may
be called like a function, and a reader of its description means the parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.python import ObjectEntry
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode


class LinkNames(SphinxPostTransform):
    """Turn names into links once all pages are read."""

    default_priority = 20

    def run(self, **_options: Any) -> None:
        """Look each name up; one that is not of the package stays as it is."""
        for node in list(self.document.findall(nodes.title_reference)):
            if full := self._meant(node):
                entry = self.env.domains.python_domain.objects[full]
                name = nodes.emphasis("", node.astext())
                link = make_refnode(
                    self.app.builder, self.env.docname, entry.docname, entry.node_id, name
                )
                node.replace_self(link)

    def _meant(self, node: nodes.title_reference) -> str:
        """Return the full name of what is meant, or ""."""
        name, known = node.astext(), self.env.domains.python_domain.objects
        for signature in _around(node):
            if name in {each.astext() for each in signature.findall(addnodes.desc_sig_name)}:
                return ""
            member = (
                f"{signature['module']}.{signature.get('class') or signature['fullname']}.{name}"
            )
            if member in known:
                return member
        found = [full for full, entry in known.items() if _offers(full, entry, name)]
        here = [full for full in found if known[full].docname == self.env.docname]
        return next((each[0] for each in (found, here) if len(each) == 1), "")


def _offers(full: str, entry: ObjectEntry, name: str) -> bool:
    """Tell whether a name may mean this: said in full, or what a module, not a class, has."""
    inside = full.rpartition(".")[0].rpartition(".")[2]
    alone = entry.objtype != "module" and inside.islower()
    return f".{full}".endswith(f".{name}") and ("." in name or alone)


def _around(node: nodes.Node | None) -> Iterator[addnodes.desc_signature]:
    """Return the signatures that a text belongs to, from the inside out."""
    while node := node and node.parent:
        if isinstance(node, addnodes.desc):
            yield from (one for one in node if isinstance(one, addnodes.desc_signature))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(LinkNames)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
