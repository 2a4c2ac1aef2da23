"""Do the services keep what they promised? Running, minimum and desired tasks of each."""

from __future__ import annotations

from rich.text import Text

from simulator.demo.palette import Palette, services, tile
from simulator.demo.tally import Tally
from simulator.world.records import Service

COLUMN = 36


def service_rows(tally: Tally, letters: Palette, width: int, height: int) -> list[Text]:
    """Services below their minimum come first when there is no room for all."""
    every = services(tally.stage)
    columns = max(1, width // COLUMN) if len(every) + 1 > height else 1
    room = columns * (height - 1)
    if len(every) > room:
        every = sorted(every, key=_margin)
        room -= columns
    lines = [Text.assemble(*([(_heading(), "dim"), "  "] * columns))]
    kept = every[:room]
    depth = -(-len(kept) // columns)
    for number in range(depth):
        lines.append(Text("  ").join(_row(letters, service) for service in kept[number::depth]))
    if len(kept) < len(every):
        low = sum(_margin(service) < 0 for service in every[room:])
        lines.append(Text(f"… and {len(every) - len(kept)} more, {low} below minimum", "dim"))
    return lines


def _heading() -> str:
    return f"{'':2}{'':12}{'run':>6}{'min':>5}{'want':>6}   "


def _row(letters: Palette, service: Service) -> Text:
    letter, colour = letters[service.cluster.name, service.name]
    low = _margin(service) < 0
    minimum = "-" if service.daemon else str(service.minimum)
    pending = f"+{service.pending}" if service.pending else ""
    return Text.assemble(
        (letter, tile(colour)),
        f" {service.name[:12]:12}",
        (f"{service.running:>6}", "bold red" if low else "bold"),
        (f"{minimum:>5}{service.desired:>6} ", "dim"),
        ("LOW" if low else f"{pending:3}", "bold white on red" if low else "cyan"),
    )


def _margin(service: Service) -> int:
    return service.running - service.minimum
