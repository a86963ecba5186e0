"""Weigh the built pages, and what each of them loads, compressed as a web server would."""

import gzip
import re
import sys
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

SITE = Path(__file__).parents[1] / "_build" / "html"
LOADED = re.compile(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]+)"[^>]*>')
NOT_LOADED = re.compile(r'rel="(?:next|prev|index|search|canonical|author|copyright)"')


def weight(path: Path) -> int:
    """Return the bytes of a file after gzip; fonts and pictures are compressed already."""
    data = path.read_bytes()
    return len(data if path.suffix in {".woff2", ".png"} else gzip.compress(data, 9, mtime=0))


def assets(page: Path) -> set[Path]:
    """Return the local files that a page asks for when it is opened."""
    links = [m[1] for m in LOADED.finditer(page.read_text()) if not NOT_LOADED.search(m[0])]
    paths = {(page.parent / urlsplit(urldefrag(link).url).path).resolve() for link in links}
    return {path for path in paths if path.is_file() and path.suffix != ".html"}


def main() -> None:
    """Print a row for every chapter: the page alone, and with style sheets and scripts."""
    sys.stdout.write(f"{'page':44}{'html.gz':>10}{'with assets':>14}\n")
    for page in sorted(SITE.glob("*/*.html")):
        if page.parent.name.startswith("_"):
            continue
        alone = weight(page)
        total = alone + sum(map(weight, assets(page)))
        sys.stdout.write(f"{page.relative_to(SITE)!s:44}{alone:>10,}{total:>14,}\n")


if __name__ == "__main__":
    main()
