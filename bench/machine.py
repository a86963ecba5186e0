"""What a measurement was made on, in words that name no place."""

import os
import platform
import re
from pathlib import Path

import numpy as np

__all__ = ["machine"]


def machine() -> dict[str, str | int]:
    """Return the processor's model, the number of cores, and the versions of Python and NumPy."""
    info = Path("/proc/cpuinfo")
    models = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count() or 1,
        "Python": platform.python_version(),
        "NumPy": np.__version__,
    }
