"""Run the cells of chapters, each chapter in a process of its own, several at a time.

This is a program: `execute` starts it once for a build, writes to it what to run, and reads what
happened, a line of JSON for each event.  It imports what every chapter needs, and forks: no kernel
starts, nothing is imported twice, no port is opened.  What a cell shows is noted as Jupyter would.
"""

from __future__ import annotations

import base64
import io
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

PRELOADED = (
    "gdbook",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "myst_nb",
    "sklearn.datasets",
)

# A figure has exactly the size that its chapter asks for, so that text is equally large in all of
# them, and the same figure is the same file on every day.
CONFIG = Config(
    InlineBackend={
        "figure_formats": {"svg"},
        "print_figure_kwargs": {"bbox_inches": None, "metadata": {"Date": None}},
    },
    HistoryManager={"enabled": False},
)

Output = dict[str, Any]
Event = dict[str, Any]

# --- One chapter, in a process of its own ---------------------------------------------------------


class Publisher(DisplayPublisher):
    """Note what `display` shows."""

    def publish(  # type: ignore[override]  # without the argument that IPython gives up
        self,
        data: Output,
        metadata: Output | None = None,
        *,
        transient: Output | None = None,
        update: bool = False,
        **_ignored: Any,
    ) -> None:
        """Add an output, or change those that were shown under the same name."""
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        name = (transient or {}).get("display_id")
        for shown in self.shell.named.get(name, []):
            shown.update(data=data, metadata=metadata or {})
        if not update:
            self.shell.outputs.append(output)
            if name:
                self.shell.named.setdefault(name, []).append(output)

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002  # there is nothing to wait for
        """Forget what this cell has shown so far."""
        self.shell.outputs.clear()


class Hook(DisplayHook):
    """Note the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        """Print nothing."""

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        """Add an output."""
        result = {"execution_count": self.prompt_count, "data": format_dict}
        cast("Shell", self.shell).outputs.append(
            {"output_type": "execute_result", **result, "metadata": md_dict or {}}
        )

    def finish_displayhook(self) -> None:
        """Print nothing."""


class Shell(InteractiveShell):
    """IPython's own shell, which notes what its cells show."""

    display_pub_class = Publisher
    displayhook_class = Hook

    def __init__(self, **settings: Any) -> None:
        self.outputs: list[Output] = []
        self.named: dict[str | None, list[Output]] = {}
        super().__init__(**settings)  # type: ignore[no-untyped-call]  # published without types

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        error = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        self.outputs.append({"output_type": "error", **error})


class Stream(io.TextIOBase):
    """Note what is printed, in order with what is displayed."""

    encoding = "UTF-8"

    def __init__(self, name: str, shell: Shell) -> None:
        self.name, self.shell = name, shell

    def write(self, text: str) -> int:
        """Add to the last output, if that is of this stream, or begin another one."""
        outputs = self.shell.outputs
        if not outputs or outputs[-1].get("name") != self.name:
            outputs.append({"output_type": "stream", "name": self.name, "text": ""})
        outputs[-1]["text"] += text
        return len(text)


def run_cells(pipe: Connection, chapter: Event) -> None:
    """Run a chapter's cells, saying which one is next, and in the end what all of them showed."""
    os.dup2(2, 1)  # a line of JSON is no place for what a library in C prints
    os.environ.update(chapter["environment"])
    os.chdir(chapter["folder"])
    sys.path[0] = chapter["folder"]
    sys.dont_write_bytecode = True  # beside a chapter, that would look like a change
    Shell.clear_instance()
    shell = Shell.instance(config=CONFIG)
    done = []
    with redirect_stdout(Stream("stdout", shell)), redirect_stderr(Stream("stderr", shell)):
        for number, cell in enumerate(chapter["cells"]):
            pipe.send(number)
            shell.outputs = []
            if cell["source"].strip() and "skip-execution" not in cell["tags"]:
                shell.run_cell(  # type: ignore[no-untyped-call]  # as above
                    cell["source"], store_history=True
                )
            done.append({"execution_count": shell.execution_count - 1, "outputs": shell.outputs})
            failed = any(output["output_type"] == "error" for output in shell.outputs)
            if failed and "raises-exception" not in cell["tags"]:
                break
    pipe.send(done)


# --- All of them ---------------------------------------------------------------------------------


@dataclass
class Running:
    """A chapter's process, what it is at, and until when it may be."""

    name: str
    process: BaseProcess
    started: float
    deadline: float
    cell: int = 0

    def event(self, **what: Any) -> Event:
        """Tell what happened to it."""
        seconds = round(time.monotonic() - self.started, 3)
        return {"name": self.name, "cell": self.cell, "seconds": seconds, **what}


def run_all(
    chapters: list[Event], *, workers: int, patience: float, method: str
) -> Iterator[Event]:
    """Run chapters in the given order; a cell may take `patience` seconds."""
    context = multiprocessing.get_context(method)
    waiting, running = chapters[::-1], dict[Connection, Running]()
    while waiting or running:
        while waiting and len(running) < workers:
            chapter = waiting.pop()
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=run_cells, args=(theirs, chapter))  # type: ignore[attr-defined]  # every context has it
            process.start()
            theirs.close()
            now = time.monotonic()
            running[ours] = Running(chapter["name"], process, now, now + patience)
            yield running[ours].event(state="started")
        soonest = min(run.deadline for run in running.values())
        ready = wait(list(running), timeout=max(0.0, soonest - time.monotonic()))
        for pipe, run in list(running.items()):
            event = None
            if pipe in ready:
                event = _listen(pipe, run, patience)
            elif time.monotonic() > run.deadline:
                event = run.event(state="failed", why=f"takes longer than {patience:g} s")
            if event:
                run.process.kill()
                run.process.join()
                pipe.close()
                del running[pipe]
                yield event


def _listen(pipe: Connection, run: Running, patience: float) -> Event | None:
    """Hear what a process has to say; return an event if it was its last word."""
    try:
        message = pipe.recv()
    except (EOFError, ConnectionResetError):
        run.process.join()
        why = f"ends its process, with exit code {run.process.exitcode}"
        return run.event(state="failed", why=why)
    if isinstance(message, list):
        return run.event(state="done", cells=message)
    run.cell = message
    run.deadline = time.monotonic() + patience
    return None


def main() -> None:
    """Read what to run from the standard input, and write each event to the standard output."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # who interrupts a build needs no traceback
    task = json.load(sys.stdin)
    if task["method"] == "fork":
        for module in PRELOADED:
            with suppress(Exception):  # it will be raised again, in a chapter
                import_module(module)
    for event in run_all(**task):
        line = json.dumps(event, default=lambda data: base64.b64encode(data).decode())
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
