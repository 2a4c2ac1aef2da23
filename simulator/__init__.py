"""A simulated AWS with a virtual clock, in front of which the real Ballast runs: `python -m simulator demo`."""

import sys
from pathlib import Path

# Lambda puts the layer on the path; here nobody does.
LAYER = str(Path(__file__).parents[1] / "layers" / "shared")
if LAYER not in sys.path:
    sys.path.insert(0, LAYER)
