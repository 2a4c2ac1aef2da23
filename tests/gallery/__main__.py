"""Print every message, or `--write` them to messages.txt, which the tests compare."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tests.gallery.show import gallery

KEPT = Path(__file__).parent / "messages.txt"

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what functions log of it is no message
    text = "\n".join(gallery())
    if "--write" in sys.argv:
        KEPT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
