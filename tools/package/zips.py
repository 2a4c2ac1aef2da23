"""Archives whose name follows from what is inside, and that are the same each time they are made.

The name is that of the content and not of the archive, whose bytes depend on the zlib that made it.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # no zip can hold an earlier one
READABLE, EXECUTABLE = 0o100644, 0o100755
FROM_UNIX = 3  # https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.2: else the mode is not read


def zip_folder(folder: Path, into: Path, name: str) -> str:
    """Write `NAME-HASH.zip` of the files below `folder`, and answer what it is called; ValueError when there are none."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if not files:
        raise ValueError(f"{folder} is empty: run make build")
    entries = [(inside, _mode(files[inside]), files[inside].read_bytes()) for inside in sorted(files)]
    digest = sha256(repr([(inside, mode, sha256(data).digest()) for inside, mode, data in entries]).encode())
    target = into / f"{name}-{digest.hexdigest()[:16]}.zip"
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for inside, mode, data in entries:
            about = ZipInfo(inside, FIRST_DAY)
            about.external_attr, about.create_system = mode << 16, FROM_UNIX
            archive.writestr(about, data, ZIP_DEFLATED, 9)
    return target.name


def _mode(path: Path) -> int:
    return EXECUTABLE if path.stat().st_mode & 0o100 else READABLE
