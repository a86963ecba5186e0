"""Make the pages light: one style sheet, one script, and only those letters of KaTeX that are used.

When all pages are written, what they share is put together: the styles that no page, and no script,
can ever ask for are left out, and each file is named after what is in it, so that a browser may
keep it for ever.  The scripts of figures that move are two files, which only their pages load: what
all share, and the figures of the part.  Scripts run as they were written, but travel shortened, by
terser: without comments, white space and long names.  While somebody writes (`make live`),
everything stays where Sphinx puts it.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import logging
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from formulas import NODE, ROOT

Pages = dict[Path, str]

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table that it cuts

_STYLES = re.compile(r'(?:\s*<link rel="stylesheet"[^>]*?href="(?:[^"]*/)?_static/[^"]+"[^>]*>)+')
_SCRIPTS = re.compile(r'(?:\s*<script src="(?:[^"]*/)?_static/[^"]+"></script>)+')
_DEFERRED = re.compile(r'(?:\s*<script defer="defer" src="(?:[^"]*/)?_static/[^"]+"></script>)+')
_ADDRESS = re.compile(r'(?:href|src)="([^"]*?)_static/([^"?]+)')
_WORD = re.compile(r"[\w-]+")
_FACE = re.compile(r"@font-face\{[^}]*\}")
PRELOADED = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")
"""The fonts that nearly every formula needs: with them on the way early, no line moves later."""


# --- Styles --------------------------------------------------------------------------------------


def needed(css: str, words: set[str]) -> str:
    """Return the rules whose selectors name only classes and ids from among `words`."""
    return "".join(_needed(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), words))


def _needed(css: str, words: set[str]) -> Iterator[str]:
    """Yield the rules that are needed, those within others too."""
    for head, body in _rules(css):
        if body is None or re.match(r"@(-\w+-)?(font-face|keyframes|page|property)", head):
            yield f"{head};" if body is None else f"{head}{{{body}}}"
        elif head.startswith("@"):
            if inside := "".join(_needed(body, words)):
                yield f"{head}{{{inside}}}"
        elif kept := [one for one in _split(head) if _names(one) <= words]:
            yield f"{','.join(kept)}{{{_squeezed(body)}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield what stands before and between each pair of braces; of a statement only itself."""
    place = 0
    for match in re.finditer(r"[{};]", css):
        if match.start() < place:
            continue
        head = " ".join(css[place : match.start()].split())
        if match.group() == "{":
            end = _closing(css, match.end())
            yield head, css[match.end() : end]
            place = end + 1
        else:
            if head:
                yield head, None
            place = match.end()


def _closing(css: str, start: int) -> int:
    """Return where the brace is closed that was opened before `start`."""
    depth = 1
    for match in re.finditer(r"[{}]", css[start:]):
        depth += 1 if match.group() == "{" else -1
        if not depth:
            return start + match.start()
    raise ValueError(f"a brace is never closed: {css[start - 80 : start]}")


def _split(selectors: str) -> list[str]:
    """Return the selectors between commas, but not between those in parentheses."""
    return [one.strip() for one in re.split(r",(?![^()]*(?:\([^()]*\)[^()]*)*\))", selectors)]


def _names(selector: str) -> set[str]:
    """Return the classes and ids that must be there; what is in parentheses may be absent."""
    plain = selector
    while "(" in plain:
        plain, before = re.sub(r":[\w-]+\([^()]*\)|\([^()]*\)", "", plain), plain
        if plain == before:
            break
    return set(re.findall(r"[.#]((?:[\w-]|\\.)+)", re.sub(r"\[[^\]]*\]", "", plain)))


def _squeezed(body: str) -> str:
    """Leave out the space that nobody reads; strings and addresses stay as they are."""
    parts = re.split(r"(\"[^\"]*\"|'[^']*'|url\([^)]*\))", body)
    parts[::2] = (
        re.sub(r"\s*([;:,])\s*(?![^()]*\))", r"\1", " ".join(p.split(" "))) for p in parts[::2]
    )
    return re.sub(r"\s+", " ", "".join(parts)).strip().rstrip(";")


_VARIABLE = re.compile(
    r"""(?<=[{;])(--[\w-]+):(?:[^;{}"'(]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*\))*"""
    r"(?:;|(?=\}))"
)


def asked(css: str, words: set[str]) -> str:
    """Return the styles without those variables that no rule, no page and no script asks for."""
    used = words | set(re.findall(r"var\(\s*(--[\w-]+)", css))
    kept = _VARIABLE.sub(lambda one: one[0] if one[1] in used else "", css)
    return css if kept == css else asked(kept, words)  # one may have asked for another


# --- Fonts ---------------------------------------------------------------------------------------


def letters(pages: Pages) -> dict[str, str]:
    """Return the characters of all formulas: of those in mathematical italics, and of others."""
    found: dict[str, set[str]] = {"Math-Italic": set(), "others": set()}
    for page in pages.values():
        for classes, text in _set(page):
            found["Math-Italic" if "mathnormal" in classes else "others"].update(text)
    return {font: "".join(sorted(which)) for font, which in found.items()}


def _set(page: str) -> Iterator[tuple[str, str]]:
    """Yield what KaTeX has set on a page for the eye, with the classes of the box around it."""
    for start in re.finditer(r'<span class="katex-html"', page):
        depth = 0
        for tag in re.finditer(r"<(/?)span([^>]*)>([^<]*)", page[start.start() :]):
            depth += -1 if tag[1] else 1
            if not depth:
                break
            yield tag[2], html.unescape(tag[3])


def cut(font: Path, text: str) -> bytes:
    """Return a font with the characters of a text only; the space is one of them."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[], name_IDs=[])
    found = TTFont(font, recalcTimestamp=False)  # the same file on every day
    cutter = subset.Subsetter(options)
    cutter.populate(text=text + " ")
    cutter.subset(found)
    found.flavor = "woff2"
    written = io.BytesIO()
    found.save(written, reorderTables=True)
    return written.getvalue()


# --- The site ------------------------------------------------------------------------------------


def lighten(app: Sphinx, exception: Exception | None) -> None:
    """Put together what the pages of a site share, once all of them are written."""
    if exception or app.builder.name != "html" or app.tags.has("live"):
        return
    out = Path(app.outdir)
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    heavy = {path: page for path, page in pages.items() if "gdbook.css" in page}
    if not heavy:
        return
    links = {name: None for page in heavy.values() for name in _named(_STYLES, page)}
    programs = {name: None for page in heavy.values() for name in _named(_SCRIPTS, page)}
    shared = [
        name
        for name in programs
        if name != "theme.js" and all(name in page for page in heavy.values())
    ]  # the theme is needed before all, so it comes alone
    words = set(_WORD.findall("\n".join(pages.values())))
    later = {path: tuple(_named(_DEFERRED, page)) for path, page in heavy.items()}
    for script in {**programs, **{name: None for names in later.values() for name in names}}:
        words.update(_WORD.findall((out / "_static" / script).read_text(encoding="utf-8")))
    text = letters(pages)
    style = _written(out, "site", ".css", _sheet(out, [*links], words, text).encode())
    scripts = _scripts(out, tuple(shared), *filter(None, later.values()))
    fonts = re.findall(r"katex/fonts/[\w.-]+", (out / "_static" / style).read_text())
    early = [font for font in fonts if Path(font).name.startswith(PRELOADED)]
    for path, page in heavy.items():
        light = _lightened(page, style, scripts[tuple(shared)], shared, early)
        if names := later[path]:
            light = _moving(light, scripts[names[:2]], scripts[names[2:]])
        path.write_text(light, encoding="utf-8")


TERSER = """
const { minify } = require("terser");
const all = async (scripts) => {
  const codes = [];
  for (const [name, code] of scripts) codes.push((await minify({ [name]: code })).code);
  return codes;
};
all(JSON.parse(require("fs").readFileSync(0, "utf8"))).then(
  (codes) => process.stdout.write(JSON.stringify(codes)),
  ({ message, filename, line }) => {
    process.stderr.write(`${filename}, line ${line}: ${message}`);
    process.exitCode = 1;
  },
);
"""


def brief(scripts: Sequence[tuple[str, str]]) -> list[str]:
    """Return scripts, each given with its name, without what only their readers need."""
    done = subprocess.run(
        [NODE, "-e", TERSER], cwd=ROOT, input=json.dumps(scripts), capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise ExtensionError(f"terser cannot shorten the scripts: {done.stderr.strip()}")
    codes: list[str] = json.loads(done.stdout)
    return codes


def _scripts(
    out: Path, shared: tuple[str, ...], *moving: tuple[str, ...]
) -> dict[tuple[str, ...], str]:
    """Write the scripts that travel together, and return in which file they do."""
    stems = {shared: "site"}
    for names in moving:
        stems |= {names[:2]: "moving/all", names[2:]: names[2].removesuffix(".js")}
    theme = ("theme.js",)
    codes = brief(
        [(stem, _program(out, names)) for names, stem in {**stems, theme: "theme"}.items()]
    )
    (out / "_static" / "theme.js").write_text(codes.pop(), encoding="utf-8")
    return {
        names: _written(out, stem, ".js", code.encode())
        for (names, stem), code in zip(stems.items(), codes, strict=True)
    }


def _program(out: Path, names: Sequence[str]) -> str:
    """Return scripts one after the other."""
    return ";\n".join((out / "_static" / name).read_text(encoding="utf-8") for name in names)


def _moving(page: str, *files: str) -> str:
    """Return a page whose figures that move ask for two scripts: what all share, and the rest."""

    def scripts(block: re.Match[str]) -> str:
        root = _ADDRESS.findall(block.group())[0][0]
        return "".join(f'<script defer src="{root}_static/{file}"></script>' for file in files)

    return _DEFERRED.sub(scripts, page, count=1)


def _named(links: re.Pattern[str], page: str) -> list[str]:
    """Return the names of the files that a page asks for in one place after the other."""
    return [name for block in links.finditer(page) for _, name in _ADDRESS.findall(block.group())]


def _sheet(out: Path, names: list[str], words: set[str], text: dict[str, str]) -> str:
    """Return all styles in their order, with those fonts that are left."""
    found = ""
    for name in names:
        css = (out / "_static" / name).read_text(encoding="utf-8")
        folder = f"{Path(name).parent.as_posix()}/".removeprefix("./")
        css = re.sub(r"url\((['\"]?)(?!data:|#|['\"/])", rf"url(\1{folder}", css)
        found += needed(css.replace('@charset "UTF-8";', ""), words)
    rest = _FACE.sub("", found)

    def face(match: re.Match[str]) -> str:
        """Return a font's rule with the name of its file; nothing, if no style asks for it."""
        family = re.search(r"font-family:([^;}]+)", match.group())
        if family is None or family[1].strip("\"' ") not in rest:
            return ""
        return re.sub(
            r"katex/fonts/([\w-]+)\.woff2", lambda font: _font(out, font[1], text), match.group()
        )

    return asked(_FACE.sub(face, found), words)


def _font(out: Path, name: str, text: dict[str, str]) -> str:
    """Write a font that has what is needed of it, and return its name."""
    folder = Path("katex") / "fonts"
    wanted = next((which for font, which in text.items() if font in name), text["others"])
    data = cut(out / "_static" / folder / f"{name}.woff2", wanted)
    return _written(out, (folder / name).as_posix(), ".woff2", data)


def _written(out: Path, name: str, ending: str, data: bytes) -> str:
    """Write a static file that is named after its content."""
    name = f"{name}.{hashlib.sha256(data).hexdigest()[:8]}{ending}"
    (out / "_static" / name).write_bytes(data)
    return name


def _lightened(page: str, style: str, script: str, shared: list[str], early: list[str]) -> str:
    """Return a page that asks for one style and one script."""
    root = next(iter(_ADDRESS.findall(page)))[0]
    page = _STYLES.sub(f'\n    <link rel="stylesheet" href="{root}_static/{style}">', page, count=1)
    if 'class="katex"' in page:
        names = " ".join(early)
        page = page.replace('theme.js">', f'theme.js" data-fonts="{names}">', 1)

    def scripts(block: re.Match[str]) -> str:
        """Put the common script where the first one of those in it was."""
        names = [name for _, name in _ADDRESS.findall(block.group())]
        own = [name for name in names if name not in shared]
        kept = [
            each for each in block.group().split("</script>") if any(name in each for name in own)
        ]
        first = f'<script src="{root}_static/{script}"></script>' if len(own) < len(names) else ""
        return first + "".join(f"{each}</script>" for each in kept)

    return _SCRIPTS.sub(scripts, page)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, to come after Furo, which adds the colours of code in the dark."""
    app.connect("build-finished", lighten, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
