"""The world over HTTP: `python -m simulator serve` answers AWS's wire protocols, so that a real deployment can run against it."""

from __future__ import annotations

from simulator.serve.serving import serve

__all__ = ["serve"]
