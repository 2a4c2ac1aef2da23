"""Do the services keep what they promised? Running, minimum and desired tasks of each."""

from __future__ import annotations

from rich.text import Text

from simulator.demo.palette import Palette, services, tile
from simulator.demo.tally import Tally
from simulator.world.core.records import Service

COLUMN = 38
NUMBERS_WIDTH = 25
LONGEST_NAME = 24


def service_rows(tally: Tally, letters: Palette, width: int, height: int) -> list[Text]:
    """Services below their minimum come first when there is no room for all."""
    every = services(tally.stage)
    columns = max(1, width // COLUMN) if len(every) + 1 > height else 1
    room = columns * (height - 1)
    if len(every) > room:
        every = sorted(every, key=_margin)
        room -= columns
    name_width = min(LONGEST_NAME, max(1, (width - 2 * (columns - 1)) // columns - NUMBERS_WIDTH))
    heading = f"{'':{name_width + 2}}{'running':>7}{'min':>5}{'desired':>8}   "
    lines = [Text("  ".join([heading] * columns), "dim")]
    kept = every[:room]
    depth = -(-len(kept) // columns)
    lines += [Text("  ").join(_row(letters, each, name_width) for each in kept[row::depth]) for row in range(depth)]
    if len(kept) < len(every):
        low = sum(_margin(service) < 0 for service in every[room:])
        lines.append(Text(f"… and {len(every) - len(kept)} more, {low} below minimum", "dim"))
    return lines


def _row(letters: Palette, service: Service, name_width: int) -> Text:
    letter, colour = letters[service.cluster.name, service.name]
    low = _margin(service) < 0
    minimum = "-" if service.daemon else str(service.minimum)
    pending = f"+{service.pending}" if service.pending else ""
    return Text.assemble(
        (letter, tile(colour)),
        f" {service.name[:name_width]:{name_width}}",
        (f"{service.running:>7}", "bold red" if low else "bold"),
        (f"{minimum:>5}{service.desired:>8}", "dim"),
        ("LOW" if low else f"{pending:>3}", "bold white on red" if low else "cyan"),
    )


def _margin(service: Service) -> int:
    return service.running - service.minimum
