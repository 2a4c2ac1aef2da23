"""`make reproducible` asks this: are two builds of the layer the same, byte for byte, with their modes and times?"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path


def fingerprints(folder: Path) -> dict[str, tuple[int, int, str]]:
    """By path: mode, seconds of the last change, and what is inside; of a folder the first two."""
    found: dict[str, tuple[int, int, str]] = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        inside = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (about.st_mode, int(about.st_mtime), inside)
    return found


def main(first: Path, second: Path) -> int:
    """0 when they are the same, else 1 with the paths that differ."""
    one, other = fingerprints(first), fingerprints(second)
    differing = sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
    if differing or not one:
        print(f"The builds differ, or are empty: {', '.join(differing[:9])}", file=sys.stderr)  # noqa: T201 - the answer of a command
        return 1
    whole = sha256(repr(one).encode()).hexdigest()
    print(f"{len(one)} files and folders are the same in both builds: sha256 {whole}")  # noqa: T201 - the answer of a command
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
