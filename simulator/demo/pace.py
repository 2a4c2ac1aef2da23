"""How fast does the demo go? What the keys change: space pauses, + and - set the speed, q ends it."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = "space pause · + - speed · q quit"
SLOWEST, FASTEST = 1.0, 5000.0


@dataclass(slots=True)
class Pace:
    """`speed` is virtual seconds in a second."""

    speed: float
    paused: bool = False
    quit: bool = False

    def press(self, keys: str) -> None:
        """What means nothing here is ignored; + and - share their keys with = and _."""
        for key in keys:
            match key:
                case " ":
                    self.paused = not self.paused
                case "+" | "=":
                    self.speed = max(self.speed, min(FASTEST, self.speed * 2))
                case "-" | "_":
                    self.speed = min(self.speed, max(SLOWEST, self.speed / 2))
                case "q" | "Q":
                    self.quit = True
                case _:
                    pass

    def words(self, factor: float) -> str:
        """`factor`: how much faster it goes where it is quiet."""
        if self.paused:
            return f"PAUSED at {self.speed:g}x speed"
        return f"quiet, so {self.speed * factor:g}x speed" if factor > 1 else f"{self.speed:g}x speed"
