"""Which letter stands for which service? Letters carry the meaning in a picture, colours only help."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from string import ascii_lowercase, ascii_uppercase, digits

STANDALONE = "*"  # of no service
NONE_LEFT = "#"


def letters_of(names: Iterable[str]) -> list[str]:
    """In the order of the names, of its own ones where there are any; each letter once while there are letters."""
    free = list(chain(ascii_lowercase, ascii_uppercase, digits))
    found = []
    for name in names:
        wanted = chain((c for c in name.lower() if c.isalnum()), free)
        letter = next((letter for letter in wanted if letter in free), NONE_LEFT)
        if letter in free:
            free.remove(letter)
        found.append(letter)
    return found
