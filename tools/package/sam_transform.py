"""Runs in .venv-sam, alone (docs/decisions/0009): a SAM template on stdin, what the transform makes of it on stdout."""

import json
import sys

from samtranslator.translator.transform import transform  # type: ignore[import-not-found]  # of .venv-sam


class Arns:
    """Of managed policies that are given by name: the template names none."""

    def load(self) -> dict[str, str]:
        return {}


json.dump(transform(json.load(sys.stdin), {}, Arns()), sys.stdout)
