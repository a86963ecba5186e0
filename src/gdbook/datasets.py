"""Every data set of the book: written down, seeded, bundled, or downloaded with a known hash."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import warnings
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gdbook import checks
from gdbook.checks import Array
from gdbook.networks import one_hot

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
        If `size` or `seed` is no whole number, or another argument no number.
    ValueError
        If `intercept`, `slope`, `noise` or `feature_scale` is not a single finite number; `size`
        is below 5; `noise` is negative; `feature_scale` is not positive; or `seed` is out of range.

    Notes
    -----
    It is bad at surprises: the model that is fitted to it is the very one that it was made by.

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
    size = checks.whole("size", size, least=5)
    b, w = checks.number("intercept", intercept), checks.number("slope", slope)
    spread = checks.non_negative("noise", checks.number("noise", noise))
    factor = checks.positive("feature_scale", checks.number("feature_scale", feature_scale))
    generator = _legacy_generator(seed)
    u = generator.rand(size)
    x, y = factor * u, b + w * u + spread * generator.randn(size)
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
    ValueError
        If `n` is below 1, or `seed` is out of range.

    Notes
    -----
    It is bad at independence: with the seed that made the data, the start is a function of them.

    Examples
    --------
    >>> import gdbook as gd
    >>> gd.random_start()
    array([ 0.49671415, -0.1382643 ])
    """
    n = checks.whole("n", n, least=1)
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
    x : ndarray, shape (size, n)
        The features, one row per example.
    y : ndarray, shape (size,)
        The targets.

    Raises
    ------
    TypeError
        If `size` or `seed` is no whole number, or another argument not made of numbers.
    ValueError
        If `weights` is no flat list, `noise` is negative, or `size` is below 1.

    Notes
    -----
    It is bad at surprises, as `noisy_line` is: all features have one scale and don't depend on
    each other, which makes the loss as round as real data never do.

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
    shape = checks.whole("size", size, least=1), len(w)
    generator = np.random.default_rng(checks.whole("seed", seed, least=0))
    x = generator.normal(size=shape)
    return x, x @ w + b + generator.normal(scale=spread, size=len(x))


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
        If the images are no array of floats, or the labels none of whole numbers.
    ValueError
        If one of them has another number of dimensions, there are not as many labels as images,
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
        return one_hot(self.labels, 10)

    def part(self, start: int, stop: int | None = None) -> Digits:
        """Return the pictures from number `start` to just before number `stop`."""
        return Digits(self.images[start:stop], self.labels[start:stop], self.source)


def bundled_digits() -> Digits:
    """Return the 1797 small digits that come with scikit-learn: 8 by 8 pixels, no download.

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


# The published files.  Of each: its SHA-256 as it is downloaded, and unpacked.
MNIST = {
    "train-images-idx3-ubyte": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train-labels-idx1-ubyte": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "t10k-images-idx3-ubyte": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "t10k-labels-idx1-ubyte": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}
SPLITS = {"train": "train", "test": "t10k"}
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)
FOLDER = "GDBOOK_MNIST"  # the environment variable that names a folder with the files
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
        If `path` is no path, or `dimensions` no whole number.
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
    content = path.read_bytes()
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
    if len(content) > header + prod(shape):
        raise ValueError(
            f"{path} is too long: it must have {header + prod(shape)} bytes, got {len(content)}"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def load_mnist(
    folder: str | Path | None = None,
    *,
    split: str = "train",
    mirrors: Sequence[str] | None = None,
    progress: bool = True,
) -> Digits:
    """Return MNIST, 28 by 28 pixels: from a folder, or downloaded once and kept.

    Where no folder is given and the environment variable ``GDBOOK_MNIST`` is unset or empty, the
    files come from the first mirror that gives them, into the cache of this user; the next call
    finds them there.  A file is taken only if its SHA-256 is that of the published one,
    and gets its name only when it is whole.

    Parameters
    ----------
    folder : path, optional
        A folder with the IDX files under their published names, packed with gzip or not; where
        both are there, the unpacked one is read.  A ``~`` at its beginning, or at that of the
        variable, is the home folder.  Nothing is downloaded then.
    split : {"train", "test"}
        The 60,000 pictures meant for training, or the 10,000 others.
    mirrors : sequence of str, optional
        The addresses to try, one after the other, each with ``http://`` or ``https://`` in front;
        a file's name is put behind each.  By default two of large institutions.
    progress : bool
        Whether to say what is downloaded, and show a progress bar; else nothing is printed.

    Returns
    -------
    Digits
        With images of shape (60000, 28, 28) for training, or (10000, 28, 28) for the test.

    Raises
    ------
    TypeError
        If `folder` is no path, or `mirrors` no sequence of addresses: a single one, too, must be
        in a list.
    FileNotFoundError
        If the folder, or a file in it, is missing.
    ConnectionError
        If no mirror gives a file: each cannot be reached, has none (404), or breaks off.
    OSError
        If the cache cannot be read or written; a `PermissionError` if that is not allowed.
    ValueError
        If `split` is unknown; `mirrors` is empty, or one of them is no address; a file is
        truncated, has another magic number, or is not the published one; there are not as many
        labels as images; a mirror's file has another hash and no other mirror has a better one.

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
    names = [f"{SPLITS[split]}-images-idx3-ubyte", f"{SPLITS[split]}-labels-idx1-ubyte"]
    addresses = MIRRORS if mirrors is None else _addresses(mirrors)
    given = _folder(folder)
    if given is not None:
        files = [_find(given, name) for name in names]
    else:
        files = [_download(name, addresses, progress=progress) for name in names]
    contents = [_unpack(file) for file in files]
    images, labels = (
        _parse(file, content, dimensions)
        for file, content, dimensions in zip(files, contents, (3, 1), strict=True)
    )
    if len(images) != len(labels):
        raise ValueError(
            f"images and labels must be equally many, got {len(images)} images in {files[0]} "
            f"and {len(labels)} labels in {files[1]}"
        )
    for name, file, content in zip(names, files, contents, strict=True):
        found = hashlib.sha256(content).hexdigest()
        if found != MNIST[name][1]:
            raise ValueError(
                f"{file} must hold the published {name}, whose SHA-256 is {MNIST[name][1]}, "
                f"got {found}"
            )
    pictures = "training" if split == "train" else "test"
    size = " by ".join(map(str, images.shape[1:]))
    return Digits(images / 255, labels.astype(np.intp), f"MNIST's {pictures} images, {size} pixels")


def load_digits(n_train: int = 1000, *, download: bool = False) -> tuple[Digits, Digits]:
    """Return digits to train on, and others to test on: the best that can be had right here.

    MNIST, if ``GDBOOK_MNIST`` names a folder with its files; if only its test files are there,
    both parts are taken from those.  Otherwise, without a network, scikit-learn's bundled
    digits.  The ``source`` of each part says which.

    Parameters
    ----------
    n_train : int
        How many pictures to train on: the first ones.  With both of MNIST's parts that may be
        all 60,000; else at least one must be left to test on.
    download : bool
        Whether to fetch MNIST where no folder is named, and fall back to the bundled digits,
        with a warning, only if no mirror gives the files: each cannot be reached, has none
        (404), or breaks off.

    Returns
    -------
    train, test : Digits
        Which have no picture in common.

    Raises
    ------
    TypeError
        If `n_train` is no whole number.
    FileNotFoundError
        If the named folder does not exist, has no test files, or has only one of the two
        training files.
    OSError
        If the cache cannot be read or written, where MNIST is to be fetched.
    ValueError
        If a file is not what it should be (see `load_mnist`), or `n_train` is below 1 or above
        what there is.

    Examples
    --------
    >>> import gdbook as gd
    >>> train, test = gd.load_digits(1000)
    >>> len(train.images)
    1000
    """
    n_train = checks.whole("n_train", n_train, least=1)
    folder = _folder(None)
    if folder is not None or download:
        try:
            return _split_mnist(folder, n_train)
        except ConnectionError as error:
            warnings.warn(f"Using the bundled digits: {error}", stacklevel=2)
    return _halves(bundled_digits(), n_train)


def _split_mnist(folder: Path | None, n_train: int) -> tuple[Digits, Digits]:
    test = load_mnist(folder, split="test")
    names = (name for name in MNIST if name.startswith(SPLITS["train"]))
    if folder is not None and not any(_present(folder, name) for name in names):
        return _halves(test, n_train)
    train = load_mnist(folder, split="train")
    if n_train > len(train.images):
        raise ValueError(f"n_train must be at most {len(train.images)}, got {n_train}")
    return train.part(0, n_train), test


def _halves(digits: Digits, n_train: int) -> tuple[Digits, Digits]:
    if n_train >= len(digits.images):
        raise ValueError(
            f"n_train must leave a picture to test on: at most {len(digits.images) - 1}, "
            f"got {n_train}"
        )
    return digits.part(0, n_train), digits.part(n_train)


def _path(name: str, value: str | os.PathLike[str]) -> Path:
    try:
        return Path(value)
    except TypeError as error:
        raise TypeError(f"{name} must be a path, got {value!r}") from error


def _folder(folder: str | Path | None) -> Path | None:
    """Return the folder that is given, or else named by the variable, or None."""
    value = os.environ.get(FOLDER) or None if folder is None else folder
    if value is None:
        return None
    name = FOLDER if folder is None else "folder"
    path = _path(name, value)
    with suppress(RuntimeError):  # a home that is not known: then there is no such folder
        path = path.expanduser()
    if value == "" or not path.is_dir():
        raise FileNotFoundError(f"{name} must be an existing folder, got {str(value)!r}")
    return path


def _present(folder: Path, name: str) -> list[Path]:
    return [file for file in (folder / name, folder / f"{name}.gz") if file.is_file()]


def _find(folder: Path, name: str) -> Path:
    files = _present(folder, name)
    if not files:
        raise FileNotFoundError(f"{folder} must have a file {name} or {name}.gz, and has neither")
    return files[0]


def _addresses(mirrors: Sequence[str]) -> tuple[str, ...]:
    if isinstance(mirrors, str) or not isinstance(mirrors, Sequence):
        raise TypeError(f"mirrors must be a sequence of addresses, got {mirrors!r}")
    if not mirrors:
        raise ValueError(f"mirrors must have at least one address, got {mirrors!r}")
    for mirror in mirrors:
        if not str(mirror).startswith(("http://", "https://")):
            raise ValueError(f"mirrors must begin with http:// or https://, got {mirror!r}")
    return tuple(mirrors)


def _download(name: str, mirrors: Sequence[str], *, progress: bool) -> Path:
    """Return the cached file; fetch it from the first good mirror if it is not there yet."""
    import pooch  # noqa: PLC0415  # inside a notebook its import warns about widgets

    over_http = pooch.HTTPDownloader(progressbar=progress, timeout=10)

    def fetch(address: str, file: str, caller: object) -> None:
        content = io.BytesIO()  # with no file in it, whatever fails here is the connection
        try:
            over_http(address, content, caller)
        except (OSError, ValueError) as error:
            raise ConnectionError(str(error)) from error
        Path(file).write_bytes(content.getvalue())

    logger = pooch.get_logger()  # of its own making: once asked, it is deaf to other levels
    was_disabled, logger.disabled = logger.disabled, logger.disabled or not progress
    reasons = []
    damaged = False
    try:
        for mirror in mirrors:
            try:
                # Pooch gives `fetch` a temporary file, checks its hash, and only then names it.
                file = pooch.retrieve(
                    f"{mirror}{name}.gz",
                    known_hash=f"sha256:{MNIST[name][0]}",
                    fname=f"{name}.gz",
                    path=pooch.os_cache("gdbook") / "mnist",
                    downloader=fetch,
                )
                return Path(file)
            except ConnectionError as error:  # unreachable, not found, broken off
                reasons.append(f"{mirror}: {error}")
            except ValueError as error:  # another hash
                damaged = True
                reasons.append(f"{mirror}: {error}")
    finally:
        logger.disabled = was_disabled
    kind = ValueError if damaged else ConnectionError
    raise kind(f"mirrors must have {name}.gz, but none gave it. " + " ".join(reasons))
