"""Play a scenario for a person."""

from __future__ import annotations

from simulator.result import notices
from simulator.stage import Stage


def show(stage: Stage, *, plain: bool, speed: float) -> None:
    with stage:
        stage.play()
        for n in notices(stage):
            print(n["at"], n["severity"], n["code"], n["what"])
