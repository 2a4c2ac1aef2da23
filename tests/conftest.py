"""What every test runs under."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples in every run, and no time limit on one: the machine may be busy.
settings.register_profile("ballast", derandomize=True, deadline=None, max_examples=60)
# `make fuzz`: others in every run, and as many as BALLAST_FUZZ says.
FUZZ = os.environ.get("BALLAST_FUZZ", "")
if FUZZ:
    settings.register_profile("fuzz", deadline=None, max_examples=int(FUZZ), print_blob=True)
settings.load_profile("fuzz" if FUZZ else "ballast")
