"""A backup on disk: a folder with one copy and its manifest, whole or not there at all.

The database and the key store have a folder each, since they are kept apart. A manifest holds no secret.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bot.errors import InputError, NotPrivate, OperatorError
from bot.failpoints import hit
from bot.private import refuse_open

Part = Literal["database", "keys"]
Engine = Literal["sqlite", "postgresql"]
FORMAT = 1
PROGRAM = "coaching-companion"
MANIFEST = "manifest.json"
FILES: dict[tuple[Part, Engine], str] = {
    ("database", "sqlite"): "companion.db",
    ("database", "postgresql"): "companion.sql.gz",
    ("keys", "sqlite"): "keys.db",
    ("keys", "postgresql"): "keys.sql.gz",
}
CHUNK = 1 << 20

Progress = Callable[[int, int], None]
"""Told how many bytes are done, and of how many; 0 where nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a copy is, and how to know that it is whole. `key_store`: the mark by which it is known again."""

    program: str
    format: int
    part: Part
    engine: Engine
    version: str
    revision: str
    made_at: datetime
    epoch: int
    key_store: str
    bytes: int
    sha256: str

    @property
    def file(self) -> str:
        """The name of the copy beside the manifest."""
        return FILES[self.part, self.engine]


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder under another name, which takes its own once the block has ended and all is on the disk.

    One that was killed meanwhile leaves `<name>.unfinished-…`. Raises OperatorError: it is there already, or
    cannot be written.
    """
    refuse_taken(folder)
    beside = None
    try:
        beside = Path(tempfile.mkdtemp(dir=folder.absolute().parent, prefix=f"{folder.name}.unfinished-"))
        yield beside
        for path in (*beside.iterdir(), beside):
            on_disk(path)
        hit("backup.before-rename")
        beside.rename(folder)
        on_disk(folder.absolute().parent)
    except OSError as error:
        raise OperatorError(f"The backup cannot be written: {error.strerror} ({folder}).") from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def refuse_taken(folder: Path) -> None:
    """Raises OperatorError: a backup overwrites nothing and makes one folder alone, where this user may."""
    above = folder.absolute().parent
    try:
        is_taken = folder.exists() or folder.is_symlink()
        is_there = above.is_dir()
    except OSError as error:
        raise OperatorError(f"The backup cannot be written: {error.strerror} ({folder}).") from error
    if is_taken:
        raise OperatorError(
            f"{folder} is there already, and a backup overwrites nothing.", hint="Name another folder."
        )
    if not is_there:  # perhaps a disk that is not mounted: what would be made in its place is not a backup
        raise OperatorError(
            f"There is no folder {above} for the backup.", hint="Make it for this user alone (mode 700)."
        )
    if not os.access(above, os.W_OK | os.X_OK):
        raise OperatorError(
            f"This user cannot write into {above}.", hint="Give it to them, or name another folder."
        )


def write_manifest(folder: Path, **what: Any) -> Manifest:  # noqa: ANN401 - fields of Manifest
    """Measure the copy in the folder and say what it is; the other fields are the caller's."""
    path = folder / FILES[what["part"], what["engine"]]
    what |= {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    made = Manifest(program=PROGRAM, format=FORMAT, **what)
    plain = asdict(made) | {"made_at": made.made_at.isoformat(timespec="seconds")}
    target = folder / MANIFEST
    target.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    for one in (path, target):
        one.chmod(0o600)
    return made


def read_manifest(folder: Path, part: Part) -> Manifest:
    """The manifest of a folder that nobody else can write. Raises NotPrivate, InputError."""
    try:
        is_one = (folder / MANIFEST).is_file()
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}.") from error
    if not is_one:
        raise InputError(f"{folder} is no backup of the companion: it has no {MANIFEST}.")
    refuse_open(folder, folder / MANIFEST)
    if folder.stat().st_uid != os.geteuid():
        raise NotPrivate(f"{folder} belongs to another user.", hint="Run this command as that user.")
    found = _parsed(folder)
    if found.part != part:
        raise InputError(f"{folder} is a copy of the {_NAMES[found.part]}, not of the {_NAMES[part]}.")
    refuse_open(folder / found.file)
    return found


_MOST = {"format": 1 << 31, "epoch": 1 << 32, "bytes": 1 << 63}
"""No number reaches these. One epoch each second would take more than a century to the second of them."""
_NAMES = {"database": "database", "keys": "key store"}


def _parsed(folder: Path) -> Manifest:
    try:
        plain = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = {name: plain[name] for name in Manifest.__dataclass_fields__}
        made_at = datetime.fromisoformat(named["made_at"]).astimezone(UTC)
        found = Manifest(**named | {"made_at": made_at})
        _refuse_odd(named)
        is_ours = (found.program, (found.part, found.engine) in FILES) == (PROGRAM, True)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InputError(f"{folder} is no backup of the companion: its {MANIFEST} is not one.") from error
    if not is_ours:
        raise InputError(f"{folder} is a backup of another program.")
    if found.format != FORMAT:
        raise InputError(f"{folder} was made by a newer companion ({found.version}).")
    return found


def _refuse_odd(named: Mapping[str, object]) -> None:
    """Raises ValueError for what no backup writes: what is read here is said in a line, and counted with."""
    for name, one in named.items():
        if name in _MOST:
            is_odd = type(one) is not int or not 0 <= one < _MOST[name]
        else:
            is_odd = not isinstance(one, str) or not one.isprintable()
        if is_odd:
            raise ValueError(name)


def copied(folder: Path, manifest: Manifest, target: Path, progress: Progress) -> None:
    """Copy to `target`, and see that it is what the manifest says. Raises InputError, OperatorError."""
    with _found_whole(folder, manifest) as source:
        try:
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                digest = _digest(source, manifest.bytes, progress, written.write)
                written.flush()
                os.fsync(written.fileno())
        except OSError as error:
            raise OperatorError(f"{target} cannot be written: {error.strerror}.") from error
    _refuse_changed(folder, manifest, digest)


def refuse_changed(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Raises InputError where the copy is missing, or not what the manifest says."""
    with _found_whole(folder, manifest) as source:
        digest = _digest(source, manifest.bytes, progress, lambda _: 0)
    _refuse_changed(folder, manifest, digest)


@contextmanager
def _found_whole(folder: Path, manifest: Manifest) -> Iterator[Any]:
    path = folder / manifest.file
    if not path.is_file():
        raise InputError(f"{folder} lacks {manifest.file}.")
    if path.stat().st_size != manifest.bytes:
        raise InputError(f"{path} has changed since it was made.")
    with path.open("rb") as source:
        yield source


def _refuse_changed(folder: Path, manifest: Manifest, digest: str) -> None:
    if digest != manifest.sha256:
        raise InputError(f"{folder / manifest.file} has changed since it was made.")


def sha256_of(path: Path) -> str:
    """In hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _digest(source: Any, size: int, progress: Progress, write: Callable[[bytes], int]) -> str:  # noqa: ANN401
    digest, done = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        write(chunk)
        done += len(chunk)
        progress(done, size)
    return digest.hexdigest()


def on_disk(path: Path) -> None:
    """Wait until what was written of a file, or named in a folder, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
