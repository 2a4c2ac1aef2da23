"""What every test runs under."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run, and no time limit on one: the machine may be busy.
settings.register_profile("ballast", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("ballast")
