"""Measure what a frame of a figure that moves costs a slow processor.

Every handle and slider of every figure is dragged along, a place further with each frame, in a
Chromium whose processor is slowed down fourfold; what is timed is the main thread's work from one
frame to the next: the figure's own script, style, layout and painting.  A frame of a page with
nothing but a square that moves is timed beside it: it shows what browser, machine and measurement
cost by themselves.  Goal: 95 percent of the frames not more than 8 ms above that.  Build the site
first, and keep the machine quiet.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.browsing import DESKTOP, SITE, find_chromium, launch, serve

SLOWER, FRAMES, GOAL = 4, 60, 8.0

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


def work(trace: list[dict[str, object]]) -> list[float]:
    """Return the milliseconds that the main thread worked in each frame."""
    tasks = [
        (float(str(event["ts"])), float(str(event.get("dur", 0))))
        for event in trace
        if event["name"] == "RunTask" and event["tid"] == _main(trace)
    ]
    frames = sorted(  # each ends when what was drawn is handed over
        float(str(event["ts"])) for event in trace if event["name"] == "Commit"
    )
    return [
        sum(length for begun, length in tasks if first <= begun + length / 2 < then) / 1000
        for first, then in pairwise(frames)
    ]


def _main(trace: list[dict[str, object]]) -> object:
    """Return the thread on which the page's frames are fired."""
    return next(event["tid"] for event in trace if event["name"] == "FireAnimationFrame")


SQUARE = """async ({ frames }) => {
  const square = document.querySelector("rect");
  for (let k = 0; k < frames; k++) {
    square.setAttribute("x", k);
    await new Promise(requestAnimationFrame);
  }
}"""


def record(page: Page, session: CDPSession, move: str, **what: str) -> list[float]:
    """Drag one handle or slider along, and time its frames."""
    events: list[dict[str, object]] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    done: list[bool] = []
    session.once("Tracing.tracingComplete", lambda _: done.append(True))
    session.send(
        "Tracing.start",
        {"categories": "toplevel,devtools.timeline,disabled-by-default-devtools.timeline"},
    )
    page.evaluate(move, {**what, "frames": FRAMES})
    session.send("Tracing.end")
    while not done:
        page.wait_for_timeout(20)
    return work(events)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print a line for each figure: what half and 95 percent of its frames cost at most."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium found: install one, or name one in GDBOOK_BROWSER")
    pages = [
        path for path in sorted(SITE.rglob("*.html")) if 'class="gd-moving"' in path.read_text()
    ]
    say(f"{'figure':28} {'50 %':>8} {'95 %':>8}   milliseconds, {SLOWER} times slower")
    with serve(SITE) as site, sync_playwright() as playwright:
        browser = launch(playwright, chromium)
        page = browser.new_page(viewport={"width": DESKTOP, "height": 800})
        page.set_content("<svg width=300 height=300><rect width=10 height=10 /></svg>")
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        floor = float(np.median([c for _ in range(3) for c in record(page, session, SQUARE)]))
        session.detach()
        say(f"{'a square, alone':28} {floor:8.2f}")
        for path in pages:
            page.goto(f"{site}{path.relative_to(SITE).as_posix()}")
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            for panel in page.locator("figure .gd-moving > script").all():
                about = json.loads(panel.text_content() or "")
                names = [k for k, v in about["values"].items() if "low" in v or "axes" in v]
                page.locator(f"figure#{about['name']}").scroll_into_view_if_needed()
                costs = [
                    cost
                    for name in names
                    for cost in record(page, session, DRAG, figure=about["name"], name=name)
                ]
                if not costs:
                    say(f"{about['name']:28} has nothing that can be dragged")
                    continue
                half, most = np.percentile(costs, [50, 95]) - floor
                late = "" if most < GOAL else f"  above {GOAL:g}"
                say(f"{about['name']:28} {half:8.2f} {most:8.2f}{late}")
            session.detach()


if __name__ == "__main__":
    main()
