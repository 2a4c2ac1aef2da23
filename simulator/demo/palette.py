"""Which letter and colour stand for a service? Letters carry the meaning, colours only help."""

from __future__ import annotations

from rich.style import Style

from ballast_cli.drawing.letters import STANDALONE as STANDALONE_LETTER
from ballast_cli.drawing.letters import letters_of
from simulator.stage import Stage
from simulator.world.core.records import Service

# Red and yellow are left out: they mean that something is wrong.
COLOURS = ("#7aa2f7", "#9ece6a", "#bb9af7", "#2ac3de", "#ff9e64", "#73daca", "#c8a2c8", "#a9b1d6")
STANDALONE = (STANDALONE_LETTER, "#ffffff")
WORD_STYLES = {"PAGE": "bold white on red", "TICKET": "bold yellow", "INFO": "dim", "OVER": "green"}

type Palette = dict[tuple[str, str | None], tuple[str, str]]


def palette(stage: Stage) -> Palette:
    """(cluster, service) → (letter, colour); each letter once while there are letters."""
    every = services(stage)
    letters = letters_of(service.name for service in every)
    return {
        (service.cluster.name, service.name): (letter, COLOURS[number % len(COLOURS)])
        for number, (service, letter) in enumerate(zip(every, letters, strict=True))
    }


def services(stage: Stage) -> list[Service]:
    return [service for cluster in stage.world.clusters.values() for service in cluster.services.values()]


def tile(colour: str) -> Style:
    return Style(color="#16161e", bgcolor=colour)
