"""Measure what a frame of a figure that moves costs a slow processor.

Every handle and slider of every figure is dragged along, a place further with each frame, in a real
browser.  What is counted is the time that the processor worked for the main thread from one frame
to the next (the figure's script, style, layout, painting), four times over: a processor four times
slower.  Chromium's own brake isn't used, because on two cores it lets one frame through at full
speed and holds up the next: equal frames took from 2 to 28 ms, while their mean was the same as
here.  `brake` as an argument uses it all the same.  Every way is gone six times, and of each frame
the least cost counts: what other work on the same processor adds isn't the page's.  It can double
a cost for a minute; so all figures take turns, and each comes round again minutes later.

The first line is a page with nothing but a square that moves: what browser, machine and measurement
cost by themselves.  The second is a page with nothing but what every figure has: three lines and
forty dots of an SVG, a slider with its value, and a sentence.  With `one` as an argument one line
of each figure changes, and nothing else: the least that anything drawn there costs, with the page
around it.  Goal: 95 percent of the frames at most 8 ms.  Build the site first, and keep the machine
quiet.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.browsing import DESKTOP, SITE, find_chromium, launch, serve

SLOWER, FRAMES, TIMES, GOAL = 4, 64, 6, 8.0

DRAG = """async ({ figure, name, frames }) => {
  const panel = document.querySelector(`figure#${figure} .gd-moving`);
  const svg = panel.previousElementSibling;
  const input = panel.querySelector(`input[name=${name}]`);
  const grip = svg.querySelector(`[data-handle="${name}"]`);
  const frame = () => new Promise(requestAnimationFrame);
  const key = (which) => new KeyboardEvent("keydown", { key: which, bubbles: true });
  for (let k = 0; k < frames; k++) {
    if (input) {
      input.value = Number(input.min) + ((input.max - input.min) * k) / frames;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    } else {
      const ways = ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"];
      grip.dispatchEvent(key(ways[Math.floor(k / 8) % 4]));
    }
    await frame();
  }
}"""

ONE = """async ({ figure, frames }) => {
  const svg = document.querySelector(`figure#${figure} .gd-moving`).previousElementSibling;
  const line = svg.querySelector("[data-part]:not([data-part=box]) path");
  const before = line.getAttribute("d");
  for (let k = 0; k < frames; k++) {
    line.setAttribute("d", `M50 50L${60 + k} 80`);
    await new Promise(requestAnimationFrame);
  }
  line.setAttribute("d", before);
}"""

ALONE = {
    "a square": (
        "<svg width=300 height=300><rect width=10 height=10 /></svg>",
        """async ({ frames }) => {
  const square = document.querySelector("rect");
  for (let k = 0; k < frames; k++) {
    square.setAttribute("x", k);
    await new Promise(requestAnimationFrame);
  }
}""",
    ),
    "lines, a slider, a sentence": (
        """<svg width=580 height=345 viewBox="0 0 374 223" style="will-change: transform">
<g fill=none stroke=black stroke-linecap=round><path /><path /><path /><path stroke-width=5 /></g>
</svg><input type=range max=64><output>0</output><p>After 0 steps it is there.</p>""",
        """async ({ frames }) => {
  const [input, output, sentence] = document.querySelectorAll("input, output, p");
  const paths = [...document.querySelectorAll("path")];
  const height = (n, k) => (110 + 80 * Math.sin(n / 3 + k / 20)).toFixed(2);
  const wave = (k) => Array.from({ length: 40 }, (_, n) => `${20 + 8 * n} ${height(n, k)}`);
  for (let k = 0; k < frames; k++) {
    input.value = k;
    output.firstChild.data = (k / 7).toFixed(3);
    sentence.firstChild.data = `After ${(k / 3).toFixed(2)} steps it is there.`;
    paths.forEach((path, i) => {
      const places = wave(k + 30 * i);
      path.setAttribute("d", i < 3 ? `M${places.join("L")}` : `M${places.join("h0M")}h0`);
    });
    await new Promise(requestAnimationFrame);
  }
}""",
    ),
}

KINDS = {
    "FunctionCall": "script",
    "UpdateLayoutTree": "style",
    "Layout": "layout",
    "PrePaint": "paint",
    "Paint": "paint",
    "Layerize": "paint",
}
COLUMNS = tuple(dict.fromkeys(KINDS.values()))


class Frames:
    """What frames cost: all in all, and kind by kind, in milliseconds."""

    def __init__(self, *, brake: bool) -> None:
        self.clock = "dur" if brake else "tdur"
        self.factor = (1 if brake else SLOWER) / 1000
        self.ways: dict[str, list[list[float]]] = {}
        self.kinds: Counter[str] = Counter()

    def add(self, way: str, trace: list[dict[str, Any]]) -> None:
        """Count the frames of one way, as it was gone once."""
        self.ways.setdefault(way, []).append(self._frames(trace))

    def _frames(self, trace: list[dict[str, Any]]) -> list[float]:
        """Return what each frame cost: it begins with the task in which it is drawn."""
        main = next(event["tid"] for event in trace if event["name"] == "FireAnimationFrame")
        work = [event for event in trace if event["tid"] == main and event["ph"] == "X"]
        tasks = sorted((e["ts"], self._cost(e)) for e in work if e["name"].endswith("::RunTask"))
        begun = np.array([at for at, _ in tasks])
        fired = [event["ts"] for event in work if event["name"] == "FireAnimationFrame"]
        first = sorted(set(np.searchsorted(begun, fired, side="right") - 1))
        # A layout that a script asks for counts as layout alone.
        open_: list[tuple[float, str]] = []
        for event in sorted(work, key=lambda e: (e["ts"], -e["dur"])):
            kind = KINDS.get(event["name"])
            if kind is None:
                continue
            while open_ and open_[-1][0] <= event["ts"]:
                open_.pop()
            self.kinds[kind] += self._cost(event)
            if open_:
                self.kinds[open_[-1][1]] -= self._cost(event)
            open_.append((event["ts"] + event["dur"], kind))
        return [sum(cost for _, cost in tasks[a:b]) for a, b in pairwise(first)]

    def _cost(self, event: dict[str, Any]) -> float:
        return float(event.get(self.clock, 0)) * self.factor

    def line(self, name: str) -> str:
        """Return what half of the frames cost, what 95 percent, and the mean of each kind."""
        costs = [min(each) for way in self.ways.values() for each in zip(*way, strict=False)]
        half, most = np.percentile(costs, [50, 95])
        runs = sum(len(once) for way in self.ways.values() for once in way)
        kinds = "".join(f"{self.kinds[kind] / runs:8.2f}" for kind in COLUMNS)
        over = f"  {most - GOAL:+.1f} above the goal" if most > GOAL else ""
        return f"{name:28}{half:8.2f}{most:8.2f}{kinds}{over}"


class Figure:
    """A figure on its page, and how its frames are measured."""

    def __init__(
        self, page: Page, name: str, ways: list[str], *, brake: bool, drag: str = DRAG
    ) -> None:
        self.page, self.name, self.ways, self.drag = page, name, ways, drag
        self.frames = Frames(brake=brake)
        self.session = page.context.new_cdp_session(page)
        if brake:
            self.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def go(self) -> None:
        """Drag each of its handles and sliders along once."""
        self.page.bring_to_front()
        if self.drag in (DRAG, ONE):
            self.page.locator(f"figure#{self.name}").scroll_into_view_if_needed()
        self.page.wait_for_timeout(100)
        for way in self.ways:
            self.frames.add(way, self._trace({"figure": self.name, "name": way, "frames": FRAMES}))

    def _trace(self, what: dict[str, Any]) -> list[dict[str, Any]]:
        trace: list[dict[str, Any]] = []
        done: list[bool] = []

        def collect(data: dict[str, Any]) -> None:
            trace.extend(data["value"])

        self.session.on("Tracing.dataCollected", collect)
        self.session.once("Tracing.tracingComplete", lambda _: done.append(True))
        self.session.send("Tracing.start", {"categories": "toplevel,devtools.timeline"})
        self.page.evaluate(self.drag, what)
        self.session.send("Tracing.end")
        while not done:
            self.page.wait_for_timeout(20)
        self.session.remove_listener("Tracing.dataCollected", collect)
        return trace


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def find(
    browser: Browser, site: str, wanted: list[str], *, brake: bool, one: bool = False
) -> list[Figure]:
    """Open the page of every figure that moves, after those that show what the least costs."""
    figures = []
    for name, (content, drag) in ALONE.items():
        page = browser.new_page(viewport={"width": DESKTOP, "height": 800})
        page.set_content(content)
        figures.append(Figure(page, name, ["alone"], brake=brake, drag=drag))
    for path in sorted(SITE.rglob("*.html")):
        if 'class="gd-moving"' not in path.read_text():
            continue
        page = browser.new_page(viewport={"width": DESKTOP, "height": 800})
        page.goto(f"{site}{path.relative_to(SITE).as_posix()}")
        for panel in page.locator("figure .gd-moving > script").all():
            about = json.loads(panel.text_content() or "")
            ways = [k for k, v in about["values"].items() if "low" in v or "axes" in v]
            if ways and (not wanted or about["name"] in wanted):
                drag = ONE if one else DRAG
                ways = ["one"] if one else ways
                figures.append(Figure(page, about["name"], ways, brake=brake, drag=drag))
    return figures


def main() -> None:
    """Print a line for each figure that can be dragged."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium found: install one, or name one in GDBOOK_BROWSER")
    words = sys.argv[1:]
    brake, one = "brake" in words, "one" in words
    wanted = [word for word in words if word not in {"brake", "one"}]
    with serve(SITE) as site, sync_playwright() as playwright:
        figures = find(launch(playwright, chromium), site, wanted, brake=brake, one=one)
        for _ in range(TIMES):
            for figure in figures:
                figure.go()
    say(f"{'':28}{'50 %':>8}{'95 %':>8}{''.join(f'{kind:>8}' for kind in COLUMNS)}   ms")
    for figure in figures:
        say(figure.frames.line(figure.name))


if __name__ == "__main__":
    main()
