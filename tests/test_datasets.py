"""Data sets: those written down, those bundled, and the loader of MNIST with all its troubles."""

# ruff: noqa: NPY002  # NumPy's shared, seeded generator made the numbers that the sources print

import gzip
import hashlib
import http.server
import io
import logging
import os
import re
import threading
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pooch
import pytest
from sklearn.datasets import load_digits as sklearn_digits

import gdbook as gd
from gdbook import datasets

REAL = datasets.MNIST  # before the fixture puts small files in their place
REAL_FOLDER = os.environ.get("GDBOOK_MNIST")
IMAGES = np.random.default_rng(0).integers(0, 256, size=(6, 28, 28), dtype=np.uint8)
LABELS = np.array([5, 0, 4, 1, 9, 2], dtype=np.uint8)
TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx(array, magic=None):
    """Return the content of an IDX file, written by hand from the format's description."""
    head = (magic or 0x0800 + array.ndim).to_bytes(4, "big")
    return head + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


CONTENT = {
    TRAIN[0]: idx(IMAGES), TRAIN[1]: idx(LABELS),
    TEST[0]: idx(IMAGES[::-1].copy()), TEST[1]: idx(LABELS[::-1].copy()),
}  # fmt: skip
PACKED = {name: gzip.compress(content, mtime=0) for name, content in CONTENT.items()}


@pytest.fixture(autouse=True)
def _small_mnist(monkeypatch, tmp_path):
    """Publish six pictures instead of 70,000, and keep away from the real cache and network."""
    monkeypatch.setattr(
        datasets,
        "MNIST",
        {
            name: (
                hashlib.sha256(PACKED[name]).hexdigest(),
                hashlib.sha256(CONTENT[name]).hexdigest(),
            )
            for name in CONTENT
        },
    )
    monkeypatch.delenv("GDBOOK_MNIST", raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)


def folder_with(tmp_path, names, *, packed=False):
    """Write some of the files into a folder."""
    folder = tmp_path / "files"
    folder.mkdir(exist_ok=True)
    for name in names:
        if packed:
            (folder / f"{name}.gz").write_bytes(PACKED[name])
        else:
            (folder / name).write_bytes(CONTENT[name])
    return folder


@pytest.fixture
def asked():
    """Collect what mirrors are asked for."""
    return []


@pytest.fixture
def mirror(tmp_path, asked):
    """Return a function that serves some files from this machine, and gives their address."""
    servers: list[http.server.HTTPServer] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        broken: ClassVar[dict[str, bytes]] = {}

        def log_message(self, *_):
            pass

        def do_GET(self):
            asked.append(self.path)
            if self.path.strip("/") in self.broken:
                content = self.broken[self.path.strip("/")]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
            else:
                super().do_GET()

    def serve(files, *, broken=()):
        folder = tmp_path / f"mirror-{len(servers)}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        kind = type("Kind", (Handler,), {"broken": {name: files[name] for name in broken}})
        handler = partial(kind, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


GOOD = {f"{name}.gz": content for name, content in PACKED.items()}
NOWHERE = "http://127.0.0.1:9/"  # the port of the discard service, where nobody listens


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
    """And then nothing is downloaded."""
    monkeypatch.setenv("GDBOOK_MNIST", str(folder_with(tmp_path, TRAIN)))
    assert len(gd.load_mnist(mirrors=[NOWHERE]).images) == 6


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_variable_names_no_folder(monkeypatch, empty):
    """As in a shell, where that is how one unsets it for one command."""
    if empty is not None:
        monkeypatch.setenv("GDBOOK_MNIST", empty)
    with pytest.raises(ConnectionError):
        gd.load_mnist(mirrors=[NOWHERE], progress=False)


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
    assert len(gd.load_mnist(mirrors=[NOWHERE]).images) == 6


def test_of_a_file_packed_and_unpacked_the_unpacked_one_is_read(tmp_path):
    """And the other is not even looked at."""
    folder = folder_with(tmp_path, TRAIN)
    (folder / f"{TRAIN[0]}.gz").write_bytes(b"not gzip at all")
    np.testing.assert_array_equal(gd.load_mnist(folder).images, IMAGES / 255)


def test_a_packed_file_may_end_in_capitals(tmp_path):
    """As files from old disks do."""
    (tmp_path / "LABELS.GZ").write_bytes(PACKED[TRAIN[1]])
    np.testing.assert_array_equal(gd.read_idx(tmp_path / "LABELS.GZ", dimensions=1), LABELS)


def test_both_parts_come_from_where_they_should(tmp_path, monkeypatch):
    """The first images to train on; the test images, all of them, to test on."""
    monkeypatch.setenv("GDBOOK_MNIST", str(folder_with(tmp_path, TRAIN + TEST)))
    train, test = gd.load_digits(4)
    np.testing.assert_array_equal(train.images, IMAGES[:4] / 255)
    np.testing.assert_array_equal(test.labels, LABELS[::-1])
    assert "training" in train.source
    assert len(gd.load_digits(6)[0].images) == 6, "all of them: the others are for the test"
    with pytest.raises(ValueError, match="n_train must be at most 6, got 7"):
        gd.load_digits(7)


def test_with_test_images_only_both_parts_are_cut_from_them(tmp_path, monkeypatch):
    """Without a picture in common, and the page can say so."""
    monkeypatch.setenv("GDBOOK_MNIST", str(folder_with(tmp_path, TEST)))
    train, test = gd.load_digits(4)
    np.testing.assert_array_equal(np.concatenate([train.labels, test.labels]), LABELS[::-1])
    assert len(train.labels) == 4
    assert "test images" in train.source
    with pytest.raises(ValueError, match="at most 5, got 6"):
        gd.load_digits(6)


def test_what_is_left_of_a_download_is_no_training_file(tmp_path, monkeypatch):
    """Only the published names count; if one of the two is there, so must be the other."""
    folder = folder_with(tmp_path, TEST)
    monkeypatch.setenv("GDBOOK_MNIST", str(folder))
    (folder / f"{TRAIN[0]}.gz.tmp").write_bytes(b"half")
    assert "test images" in gd.load_digits(4)[0].source
    folder_with(tmp_path, TRAIN[1:], packed=True)
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte"):
        gd.load_digits(4)


def test_without_a_folder_the_bundled_digits_are_used():
    """And the network is left alone."""
    train, test = gd.load_digits(1000)
    assert (len(train.images), len(test.images)) == (1000, 797)
    assert train.source == gd.bundled_digits().source


def test_a_good_mirror_is_enough(mirror, tmp_path):
    """An unreachable mirror and one without the files are passed over."""
    digits = gd.load_mnist(mirrors=[NOWHERE, mirror({}), mirror(GOOD)], progress=False)
    np.testing.assert_array_equal(digits.images, IMAGES / 255)
    names = {path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert names == {f"{name}.gz" for name in TRAIN}, "nothing else is left behind"


def test_what_was_downloaded_is_kept(mirror, asked):
    """The second call asks nobody."""
    address = mirror(GOOD)
    gd.load_mnist(mirrors=[address], progress=False)
    assert len(asked) == 2
    gd.load_mnist(mirrors=[address], progress=False)
    gd.load_mnist(mirrors=[NOWHERE], progress=False)
    assert len(asked) == 2


def test_a_damaged_mirror_is_passed_over(mirror):
    """A file with another hash is thrown away, and the next mirror is asked."""
    damaged = {name: content[:-9] for name, content in GOOD.items()}
    digits = gd.load_mnist(mirrors=[mirror(damaged), mirror(GOOD)], progress=False)
    assert len(digits.images) == 6


def test_a_connection_that_breaks_off_leaves_nothing(mirror, tmp_path):
    """Half a file is no file: the next mirror is asked, or the error says so."""
    half = mirror(GOOD, broken=GOOD)
    with pytest.raises(ConnectionError, match="mirrors must have train-images") as caught:
        gd.load_mnist(mirrors=[half], progress=False)
    assert half in str(caught.value)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    digits = gd.load_mnist(mirrors=[half, mirror(GOOD)], progress=False)
    np.testing.assert_array_equal(digits.images, IMAGES / 255)
    names = {path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert names == set(list(GOOD)[:2])


def cache_is_a_file(cache, _):
    """Put a file where the folder should be."""
    cache.parent.mkdir(parents=True)
    cache.write_bytes(b"")


def cached_file_is_a_folder(cache, _):
    """Put a folder where a file should be."""
    (cache / "mnist" / f"{TEST[0]}.gz").mkdir(parents=True)


def disk_is_read_only(_, monkeypatch):
    """Refuse the first file, as a file system does that is mounted for reading."""

    def refuse(*_, **__):
        raise OSError(30, "Read-only file system", "cache")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)


def cache_is_forbidden(_, monkeypatch):
    """Refuse as the system does to a user without the right; the tests may run as root."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "cache")

    monkeypatch.setattr("os.makedirs", refuse)


@pytest.mark.parametrize(
    ("spoil_cache", "error"),
    [
        (cache_is_a_file, OSError),
        (cached_file_is_a_folder, IsADirectoryError),
        (disk_is_read_only, OSError),
        (cache_is_forbidden, PermissionError),
    ],
)
def test_trouble_on_this_machine_is_no_trouble_of_the_network(
    tmp_path, monkeypatch, spoil_cache, error
):
    """It is told as it is: no fallback hides it, and no mirror is asked."""
    monkeypatch.setattr(datasets, "MIRRORS", (NOWHERE,))
    spoil_cache(tmp_path / "cache" / "gdbook", monkeypatch)
    with pytest.raises(error) as caught:
        gd.load_digits(4, download=True)
    assert not isinstance(caught.value, ConnectionError)
    assert "cache" in str(caught.value), "it names the place"


def test_a_full_disk_is_no_trouble_of_the_network(mirror, asked, tmp_path, monkeypatch):
    """Though it shows while downloading; nothing half-written is left."""
    write = Path.write_bytes

    def fill(path, content):
        write(path, content[:5])
        raise OSError(28, "No space left on device", str(path))

    addresses = (mirror(GOOD), mirror(GOOD))
    monkeypatch.setattr(datasets, "MIRRORS", addresses)
    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(OSError, match="No space left"):
        gd.load_digits(4, download=True)
    assert len(asked) == 1
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_a_wrong_hash_everywhere_is_an_error_and_leaves_nothing(mirror, tmp_path):
    """The message names the file, both hashes and the mirror."""
    address = mirror(dict.fromkeys(GOOD, b"<html>log in</html>"))
    with pytest.raises(ValueError, match="mirrors must have train-images-idx3-ubyte") as caught:
        gd.load_mnist(mirrors=[NOWHERE, address], progress=False)
    assert address in str(caught.value)
    assert datasets.MNIST[TRAIN[0]][0] in str(caught.value)
    assert hashlib.sha256(b"<html>log in</html>").hexdigest() in str(caught.value)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_a_damaged_cache_is_fetched_anew(mirror, asked, tmp_path):
    """A file in the cache counts only if its hash is right."""
    address = mirror(GOOD)
    gd.load_mnist(mirrors=[address], progress=False)
    cached = next((tmp_path / "cache").rglob("train-images*"))
    cached.write_bytes(cached.read_bytes()[:-20])
    assert len(gd.load_mnist(mirrors=[address], progress=False).images) == 6
    assert len(asked) == 3


def test_no_mirror_at_all_is_a_connection_error():
    """So that a program can tell it from a wrong file."""
    with pytest.raises(ConnectionError, match="mirrors must have train-images-idx3-ubyte"):
        gd.load_mnist(mirrors=[NOWHERE], progress=False)


def test_without_network_a_wanted_download_falls_back(monkeypatch):
    """With a warning that says what is used instead."""
    monkeypatch.setattr(datasets, "MIRRORS", (NOWHERE,))
    with pytest.warns(UserWarning, match="Using the bundled digits"):
        train, _ = gd.load_digits(1000, download=True)
    assert train.source == gd.bundled_digits().source


def test_a_wanted_download_is_used(mirror, monkeypatch):
    """Where a mirror can be reached."""
    monkeypatch.setattr(datasets, "MIRRORS", (mirror(GOOD),))
    train, test = gd.load_digits(4, download=True)
    assert (len(train.images), len(test.images)) == (4, 6)


def test_progress_is_shown(mirror, capsys):
    """A bar, on standard error."""
    gd.load_mnist(mirrors=[mirror(GOOD)], progress=True)
    assert "100%" in capsys.readouterr().err


def test_without_progress_nothing_is_said(mirror, capfd):
    """Not even by Pooch, whose own logger is silent for that call only."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    pooch.get_logger().addHandler(handler)
    try:
        gd.load_mnist(mirrors=[mirror(GOOD)], progress=False)
        with pytest.raises(ConnectionError):
            gd.load_mnist(split="test", mirrors=[NOWHERE], progress=False)
        assert said.getvalue() == ""
        assert capfd.readouterr() == ("", "")
        gd.load_mnist(split="test", mirrors=[mirror(GOOD)], progress=True)
        assert "Downloading data from" in said.getvalue()
    finally:
        pooch.get_logger().removeHandler(handler)


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
    "must begin with the magic number 2051, got 2049": (TRAIN[0], lambda _: idx(LABELS)),
    "must begin with the magic number 2049, got 2051": (TRAIN[1], lambda _: idx(IMAGES)),
    "must begin with the magic number 2051, got 529205248": (TRAIN[0], gzip.compress),
    "got 6 images in": (TRAIN[1], lambda _: idx(LABELS[:5])),
    "must hold the published train-images-idx3-ubyte, whose SHA-256 is": (
        TRAIN[0],
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
    ),
}


@pytest.mark.parametrize("message", SPOILED)
def test_a_spoiled_file_is_named(tmp_path, message):
    """Truncated, too long, another kind of file, too few labels, or a single wrong bit."""
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
    with pytest.raises(FileNotFoundError, match="folder must be an existing folder"):
        gd.load_mnist(tmp_path / "none")
    for name in ("", "~nobody-of-this-name/mnist"):
        with pytest.raises(FileNotFoundError, match=f"folder must be an existing .* got '{name}'"):
            gd.load_mnist(name, mirrors=[NOWHERE])
    monkeypatch.setenv("GDBOOK_MNIST", str(tmp_path / "none"))
    for load in (gd.load_mnist, gd.load_digits):
        with pytest.raises(FileNotFoundError, match="GDBOOK_MNIST must be an existing folder"):
            load()


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    """With both names under which it was looked for."""
    folder = folder_with(tmp_path, TRAIN[:1])
    with pytest.raises(FileNotFoundError, match=r"train-labels-idx1-ubyte or .*ubyte\.gz"):
        gd.load_mnist(folder)
    monkeypatch.setenv("GDBOOK_MNIST", str(folder))
    with pytest.raises(FileNotFoundError, match="t10k-images-idx3-ubyte"):
        gd.load_digits(2)


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


@pytest.mark.parametrize(
    ("mirrors", "error", "message"),
    [
        (NOWHERE, TypeError, f"mirrors must be a sequence of addresses, got '{NOWHERE}'"),
        (5, TypeError, "mirrors must be a sequence of addresses, got 5"),
        ([], ValueError, "mirrors must have at least one address, got []"),
        ([NOWHERE, "ftp://x/"], ValueError, "begin with http:// or https://, got 'ftp://x/'"),
        (["mnist/"], ValueError, "mirrors must begin with http:// or https://, got 'mnist/'"),
        ([None], ValueError, "mirrors must begin with http:// or https://, got None"),
    ],
)
def test_mirrors_are_addresses(tmp_path, mirrors, error, message):
    """Each in a sequence, even where a folder makes them needless."""
    for folder in (None, folder_with(tmp_path, TRAIN)):
        with pytest.raises(error) as caught:
            gd.load_mnist(folder, mirrors=mirrors)
        assert message in str(caught.value)


@pytest.mark.parametrize("mirror", ["http://", "http://[", "https://:1/", f"http://{70 * 'a'}/"])
def test_an_address_that_leads_nowhere_is_an_unreachable_mirror(mirror):
    """Not a file with another hash, though what is raised inside is a ValueError, too."""
    with pytest.raises(ConnectionError, match=re.escape(f"{mirror}: ")):
        gd.load_mnist(mirrors=[mirror], progress=False)


def test_the_published_hashes_are_in_the_module():
    """Of all four files, packed and unpacked, and more than one mirror."""
    assert set(REAL) == {*TRAIN, *TEST}
    hashes = [value for pair in REAL.values() for value in pair]
    assert len(set(hashes)) == 8
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes)
    assert len(datasets.MIRRORS) > 1
    assert all(address.endswith("/mnist/") for address in datasets.MIRRORS)


@pytest.mark.skipif(not REAL_FOLDER, reason="GDBOOK_MNIST names no folder")
def test_the_published_hashes_are_those_of_the_files():
    """Of as many as are here, packed and unpacked."""
    seen = 0
    for name, (packed, unpacked) in REAL.items():
        for file in Path(REAL_FOLDER or "").expanduser().glob(f"{name}*"):
            content = file.read_bytes()
            if file.name == f"{name}.gz":
                assert hashlib.sha256(content).hexdigest() == packed
                assert hashlib.sha256(gzip.decompress(content)).hexdigest() == unpacked
                seen += 1
            elif file.name == name:
                assert hashlib.sha256(content).hexdigest() == unpacked
                seen += 1
    assert seen >= 2


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
