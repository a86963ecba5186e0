"""Errors that name the argument and the value.

Data, starts and settings pass through here first, so that bad input fails at the call, and says
what was wrong with what.  Of the parameters at which a loss is evaluated, only kind and shape are
checked: a run that explodes evaluates it at infinity.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

__all__ = [
    "Array",
    "finite",
    "flag",
    "indices",
    "interval",
    "non_negative",
    "number",
    "positive",
    "share",
    "unique",
    "whole",
]


def numbers(name: str, value: ArrayLike) -> Array:
    """Return `value` as a new array of floats: the first thing `finite` checks, and no more.

    >>> from gdbook import checks
    >>> checks.numbers("parameters", ["1"])
    Traceback (most recent call last):
        ...
    TypeError: parameters must be an array of numbers, got ['1']
    """
    if np.ma.isMaskedArray(value):
        raise TypeError(f"{name} must not be masked: fill the gaps, or leave those rows out")
    try:
        given = np.asarray(value)
    except ValueError as error:
        raise TypeError(f"{name} must be an array of numbers, got {value!r}") from error
    # Fractions, and integers beyond 64 bits, come as objects.
    exact = given.dtype == object and all(isinstance(each, Real) for each in given.flat)
    if given.dtype.kind not in "buif" and not exact:
        raise TypeError(f"{name} must be an array of numbers, got {value!r}")
    try:
        return given.astype(np.float64)  # a copy: the caller may change its own
    except OverflowError as error:
        raise ValueError(f"{name} must be within the range of a float, got {value!r}") from error


def finite(name: str, value: ArrayLike) -> Array:
    """Return `value` as an array of floats, all of them finite, or say why it isn't one.

    Raises
    ------
    TypeError
        If `value` is ragged, masked, or made of anything but whole and real numbers.
    ValueError
        If `value` is empty, or holds a NaN, an infinity, or an integer too large for a float.

    Examples
    --------
    >>> from gdbook import checks
    >>> checks.finite("x", [1, 2])
    array([1., 2.])
    >>> checks.finite("x", [1, float("nan")])
    Traceback (most recent call last):
        ...
    ValueError: x must be finite, got nan at position 1
    """
    array = numbers(name, value)
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    bad = ~np.isfinite(array)
    if bad.any():
        where = [int(i) for i in np.argwhere(bad)[0]]
        place = f" at position {', '.join(map(str, where))}" if where else ""
        raise ValueError(f"{name} must be finite, got {array[tuple(where)]}{place}")
    return array


def number(name: str, value: ArrayLike) -> float:
    """Return `value` as a float, if it is one number and finite.

    >>> from gdbook import checks
    >>> checks.number("slope", [1, 2])
    Traceback (most recent call last):
        ...
    ValueError: slope must be a single number, got [1, 2]
    """
    array = finite(name, value)
    if array.ndim:
        raise ValueError(f"{name} must be a single number, got {value!r}")
    return float(array)


def positive(name: str, value: ArrayLike) -> Array:
    """Return `value` as floats, all of them above zero.

    >>> from gdbook import checks
    >>> checks.positive("learning_rate", -1)
    Traceback (most recent call last):
        ...
    ValueError: learning_rate must be positive, got -1.0
    """
    array = finite(name, value)
    if (array <= 0).any():
        raise ValueError(f"{name} must be positive, got {array[array <= 0].flat[0]}")
    return array


def non_negative(name: str, value: ArrayLike) -> Array:
    """Return `value` as floats, none of them below zero.

    >>> from gdbook import checks
    >>> checks.non_negative("noise", -0.1)
    Traceback (most recent call last):
        ...
    ValueError: noise must not be negative, got -0.1
    """
    array = finite(name, value)
    if (array < 0).any():
        raise ValueError(f"{name} must not be negative, got {array[array < 0].flat[0]}")
    return array


def share(name: str, value: ArrayLike) -> Array:
    """Return `value` as floats from 0 up to, but not including, 1.

    >>> from gdbook import checks
    >>> checks.share("momentum", 1)
    Traceback (most recent call last):
        ...
    ValueError: momentum must be at least 0 and below 1, got 1.0
    """
    array = finite(name, value)
    outside = (array < 0) | (array >= 1)
    if outside.any():
        raise ValueError(f"{name} must be at least 0 and below 1, got {array[outside].flat[0]}")
    return array


def flag(name: str, value: object) -> bool:
    """Return `value` if it is True or False.

    >>> from gdbook import checks
    >>> checks.flag("intercept", [1, 2])
    Traceback (most recent call last):
        ...
    TypeError: intercept must be True or False, got [1, 2]
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return bool(value)


def unique(name: str, value: str | Sequence[str]) -> tuple[str, ...]:
    """Return `value` as a tuple of different names; a single string is a single name.

    >>> from gdbook import checks
    >>> checks.unique("names", "slope")
    ('slope',)
    >>> checks.unique("names", ["w", "w"])
    Traceback (most recent call last):
        ...
    ValueError: names must be one name for each parameter, all of them different, got ['w', 'w']
    """
    names = [value] if isinstance(value, str) else np.array(value, dtype=object).tolist()
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise TypeError(f"{name} must be a list of strings, got {value!r}")
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"{name} must be one name for each parameter, all of them different, got {value!r}"
        )
    return tuple(names)


def whole(name: str, value: int, *, least: int, most: int | None = None) -> int:
    """Return `value` as an int that is at least `least`, and at most `most`.

    >>> from gdbook import checks
    >>> checks.whole("steps", 2.5, least=0)
    Traceback (most recent call last):
        ...
    TypeError: steps must be a whole number, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    if most is not None and value > most:
        raise ValueError(f"{name} must be at most {most}, got {value}")
    return int(value)


def interval(name: str, value: Sequence[float]) -> tuple[float, float]:
    """Return `value` as a pair ``(low, high)`` with ``low < high``.

    >>> from gdbook import checks
    >>> checks.interval("w", (3, 1))
    Traceback (most recent call last):
        ...
    ValueError: w must run from low to high, got (3.0, 1.0)
    """
    ends = finite(name, value)
    if ends.shape != (2,):
        raise ValueError(f"{name} must be a pair (low, high), got {value!r}")
    low, high = float(ends[0]), float(ends[1])
    if low >= high:
        raise ValueError(f"{name} must run from low to high, got ({low}, {high})")
    return low, high


def indices(name: str, value: ArrayLike, *, below: int) -> NDArray[np.intp]:
    """Return `value` as a one-dimensional array of positions in ``range(below)``.

    >>> from gdbook import checks
    >>> checks.indices("frozen", [3], below=3)
    Traceback (most recent call last):
        ...
    ValueError: frozen must lie between 0 and 2, got 3
    """
    if np.ma.isMaskedArray(value):
        raise TypeError(f"{name} must not be masked: leave those positions out")
    try:
        array = np.atleast_1d(np.asarray(value))
    except ValueError as error:
        raise TypeError(f"{name} must be a list of whole numbers, got {value!r}") from error
    if array.size == 0:
        array = array.astype(np.intp)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise TypeError(f"{name} must be a list of whole numbers, got {value!r}")
    outside = (array < 0) | (array >= below)
    if outside.any():
        raise ValueError(f"{name} must lie between 0 and {below - 1}, got {array[outside][0]}")
    return array.astype(np.intp)


def listed(names: Sequence[str]) -> str:
    """Return the names on one line; if there are a great many, the first few and the last.

    Examples
    --------
    >>> from gdbook import checks
    >>> checks.listed(["b", "w"])
    'b, w'
    >>> checks.listed([f"w{j}" for j in range(7840)])
    'w0, w1, w2, ..., w7839'
    """
    shown = names if len(names) <= 12 else [*names[:3], "...", names[-1]]
    return ", ".join(shown)
