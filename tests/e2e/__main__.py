"""`make e2e`: its environment, the build, the stories; skipped with a sentence where something is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.builders import ROOT
from tests.e2e import before, needs

WRITE = "--write"  # docs/first-hour.md anew, where what comes is not what it says


def main(arguments: list[str]) -> int:
    if account := os.environ.get("AWS"):
        return against(account)
    try:
        needs.look(needs.search_path())
        needs.listen()
        with ThreadPoolExecutor() as at_once:
            made = [at_once.submit(needs.make, target) for target in (".venv-e2e/ready", "build")]
            if not arguments:
                at_once.submit(before.built)  # what is wrong with it, its story tells
        for each in made:
            each.result()
    except needs.MissingError as missing:
        sys.stderr.write(f"make e2e is skipped: {missing}.\n")
        return 0
    except subprocess.CalledProcessError as failed:
        return int(failed.returncode)
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--force-enable-socket"]
    writes = {"BALLAST_E2E_WRITE": "1"} if WRITE in arguments else {}
    chosen = [each for each in arguments if each != WRITE]
    played = subprocess.run(  # noqa: S603 - our own command
        [*command, "tests/e2e", *chosen], cwd=ROOT, env={**os.environ, **writes, "BALLAST_E2E": "1"}, check=False
    )
    return played.returncode


def against(account: str) -> int:
    """An account in place of the emulator; whatever is missing is a failure here, as somebody has asked for it."""
    if account != "real":
        sys.stderr.write(f"make e2e AWS={account}: there is AWS=real, and without AWS an emulator on loopback.\n")
        return 2
    needs.make("build")
    from tests.e2e import real  # noqa: PLC0415 - it has no part in all other runs

    return real.main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
