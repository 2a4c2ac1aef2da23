"""How is a claim shown? Ours and each peer's figure side by side, the ratio, the target, and whether it is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.table import Table

NARROWEST = 180  # columns; a log has no terminal to ask


@dataclass(frozen=True, slots=True)
class Measure:
    """`name` ends with the unit; None is a figure that does not exist. `most` is the target for ours."""

    name: str
    ours: float | None
    peers: Mapping[str, float | None] = field(default_factory=dict)
    most: float | None = None

    @property
    def missed(self) -> bool:
        return self.most is not None and (self.ours is None or self.ours > self.most)

    def ratio(self, peer: str) -> float | None:
        """The peer's figure divided by ours."""
        theirs = self.peers.get(peer)
        return theirs / self.ours if theirs is not None and self.ours else None


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=max(found.width, NARROWEST))


def show(title: str, measures: Sequence[Measure], *, ours: str, notes: Sequence[str] = ()) -> bool:
    """Print a table and what must be known to read it; answer whether every target is met."""
    peers = list(dict.fromkeys(peer for measure in measures for peer in measure.peers))
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("measure [unit]", no_wrap=True)
    for heading in (ours, "target", "met"):
        table.add_column(heading, justify="right", no_wrap=True)
    for peer in peers:
        table.add_column(peer, justify="right")
        table.add_column("÷", justify="right", style="dim", no_wrap=True)
    for measure in measures:
        target = "" if measure.most is None else f"≤ {_number(measure.most)}"
        met = "" if measure.most is None else "[red]NO[/]" if measure.missed else "[green]yes[/]"
        figures = [text for peer in peers for text in (_number(measure.peers.get(peer)), _times(measure.ratio(peer)))]
        table.add_row(measure.name.replace("[", r"\["), _number(measure.ours), target, met, *figures)
    out = console()
    out.print(table)
    for note in ("÷: the peer's figure divided by ours.", *notes):
        out.print(f"  {note}", style="dim", highlight=False)
    out.print()
    return not any(measure.missed for measure in measures)


def _number(figure: float | None) -> str:
    if figure is None:
        return "-"
    return f"{figure:,.0f}" if float(figure).is_integer() else f"{figure:,.2f}"


def _times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.2f}"
