"""How big is the built layer, and what of it is not the AWS SDK? `python -m benchmarks.layer_size FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

# What Lambda's runtime has as well: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
SDK = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"})
NAMED_OTHERWISE = {"python_dateutil": "dateutil"}  # the folder of its metadata
MB = 1_000_000
MOST_MB = 20
BUNDLED = "boto3 is bundled: its version is then the one we tested, not the one that Lambda's runtime has that month."
NOT_BUNDLED = "boto3 is not bundled: Lambda's runtime brings it, in a version that AWS chooses."


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer 1 with a sentence when there is no layer, or too much in it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.layer_size", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder `python` of the built layer")
    folder = parser.parse_args(arguments).folder
    if not folder.is_dir():
        print(f"There is no folder {folder}: run `make build` first.", file=sys.stderr)
        return 1
    whole, ours = sizes_mb(folder)
    print(f"Layer, unzipped: {whole:.1f} MB; {ours:.1f} MB without the AWS SDK (must be below {MOST_MB} MB).")
    print(BUNDLED if (folder / "boto3").is_dir() else NOT_BUNDLED)
    if ours >= MOST_MB:
        print(f"The layer without the AWS SDK is {ours:.1f} MB: find out what was added to it.", file=sys.stderr)
        return 1
    return 0


def sizes_mb(folder: Path) -> tuple[float, float]:
    """Megabytes of the whole, and of what is not the SDK."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    ours = [path for path in files if _distribution(path.relative_to(folder).parts[0]) not in SDK]
    return _mb(files), _mb(ours)


def _distribution(name: str) -> str:
    """`boto3`, `boto3-1.43.1.dist-info` and `six.py` each belong to a distribution."""
    plain = name.removesuffix(".py").partition("-")[0]
    return NAMED_OTHERWISE.get(plain, plain)


def _mb(paths: Sequence[Path]) -> float:
    return sum(path.stat().st_size for path in paths) / MB


if __name__ == "__main__":
    sys.exit(main())
