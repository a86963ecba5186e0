"""Give a figure that can be moved by hand its controls, and its page the scripts.

The figure's cell has said what the reader may change (`gdbook.plots.movable`); that came along in
the figure's SVG.  What the reader reads is in the cell's metadata.  Here both become a
question before the figure and native controls after it, so that nothing on the page moves when the
scripts arrive.  Without scripts, and on paper, the style sheet hides them.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.locale import _

from gdbook.plots.moving import MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx

__all__ = ["MARK", "found", "in_hand", "setup"]

SCRIPTS = Path(__file__).parents[1] / "_static" / "moving"

_KIND = re.compile(r'class="gd-moving" data-kind="([\w-]+):')
_SIZE = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')


def found(svg: str) -> dict[str, Any] | None:
    """Return what a figure says of itself, if it can be moved by hand."""
    for group in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}g"):
        if (text := group.get("id", "")).startswith("{"):
            about: dict[str, Any] = json.loads(text)
            return about
    return None


def in_hand(svg: str, about: dict[str, Any], words: dict[str, Any], name: str, prefix: str) -> str:
    """Return a figure with what stands before it and below.

    The question comes first, and what is seen while a hand moves stands close together: picture,
    controls, sentence.  A picture that is higher than wide says so to the style sheet, which on
    a wide screen puts the controls beside it.

    Parameters
    ----------
    svg
        The figure, as it stands in the page.
    about
        What `gdbook.plots.movable` has noted.
    words
        What the cell's metadata says under ``moving``: ``labels`` of all values, what to predict
        (``ask``), the sentence below (``say``), what it calls things (``words``), and the buttons
        that let a slider run (``play``).
    name
        By what name the figure is known, as in "fig-zigzag"; its settings in the address begin
        with it.
    prefix
        The beginning of every id.
    """
    for word in words.get("words", {}):
        if not isinstance(word, str):
            raise TypeError(
                f"{name}: the word {word!r} isn't a text; YAML reads on, off, yes and no"
                " without quotes as true or false"
            )
    rows: dict[Callable[..., str], str] = {_slider: "", _choice: "", _turns: ""}
    for key, value in about["values"].items():
        if {"axes", "on"} & value.keys():  # a handle or a drawing is in the figure itself
            continue
        control = _control(value)
        rows[control] += control(f"{prefix}-{key}", key, value, words)
    for key, value in about["values"].items():
        value["label"] = words["labels"][key]
    spoken = {"name": name, "say": words["say"], "words": words.get("words", {})}
    data = json.dumps({**about, **spoken}, ensure_ascii=False, separators=(",", ":"))
    data = data.replace("</", "\\u003c/")  # which would end the script element, wherever it stands
    choices = f'<div class="gd-choices">{rows[_choice]}</div>' if rows[_choice] else ""
    size = _SIZE.search(svg)
    tall = " data-tall" if size and float(size[2]) > float(size[1]) else ""
    return (
        f'<p class="gd-ask">{escape(words["ask"])}</p>{svg}'
        f'<div class="gd-moving" data-kind="{about["kind"]}"{tall}>{choices}{rows[_turns]}'
        # What moves by itself is in one box, which the script can hold at its size.
        f'<div class="gd-sliders">{rows[_slider]}</div>'
        '<p class="gd-say"><span></span></p><p class="gd-spoken" role="status"></p>'
        f'<button type="button" class="gd-reset">{_("Reset")}</button>'
        f'<script type="application/json">{data}</script></div>'
    )


def _control(value: dict[str, Any]) -> Callable[[str, str, dict[str, Any], dict[str, Any]], str]:
    """Return what makes the control of a value."""
    return _choice if "options" in value else _turns if "buttons" in value else _slider


def _slider(identifier: str, key: str, value: dict[str, Any], words: dict[str, Any]) -> str:
    """Return one slider: a logarithmic one runs from 0 to 1."""
    step = value["step"]
    low, high, step = (value["low"], value["high"], step) if step else (0, 1, 0.005)
    label, button = words["labels"][key], words.get("play", {}).get(key)
    play = f'<button type="button">{escape(button)}</button>' if button else ""
    return (
        f'<div class="gd-slider"><label for="{identifier}">{escape(label)}</label>'
        f'<input id="{identifier}" name="{key}" type="range"'
        f' min="{low}" max="{high}" step="{step}">'
        f'<output for="{identifier}" aria-live="off"></output>{play}</div>'
    )


def _choice(identifier: str, key: str, value: dict[str, Any], words: dict[str, Any]) -> str:
    """Return a choice; what its options are called is among the words."""
    options = (
        f'<option value="{name}">{escape(words.get("words", {}).get(name, name))}</option>'
        for name in value["options"]
    )
    return (
        f'<div class="gd-choice"><label for="{identifier}">{escape(words["labels"][key])}</label>'
        f'<select id="{identifier}" name="{key}">{"".join(options)}</select></div>'
    )


def _turns(identifier: str, key: str, value: dict[str, Any], words: dict[str, Any]) -> str:
    """Return the buttons of a game."""
    buttons = (
        f'<button type="button" name="{key}" value="{name}">'
        f"{escape(words.get('words', {}).get(name, name))}</button>"
        for name in value["buttons"]
    )
    return (
        f'<div class="gd-turns" role="group" aria-labelledby="{identifier}">'
        f'<span id="{identifier}">{escape(words["labels"][key])}</span>{"".join(buttons)}</div>'
    )


def add_scripts(
    app: Sphinx,
    _page: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> None:
    """Load on a page what its figures need, after its text, and nothing elsewhere."""
    parts = sorted(set(_KIND.findall(context.get("body", ""))))
    if not parts:
        return
    for path in ("descent.js", "moving/frame.js", *(f"moving/{part}.js" for part in parts)):
        if not (SCRIPTS.parent / path).exists():
            raise FileNotFoundError(f"a figure moves by book/_static/{path}, which isn't there")
        app.add_js_file(path, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx."""
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
