"""The demo without a terminal: one line a fact that matters, with its virtual time, as fast as it can."""

from __future__ import annotations

from collections.abc import Callable

from simulator.demo.news import News
from simulator.demo.story import Happening, happenings
from simulator.demo.tally import Tally
from simulator.demo.telling import sentence, told_together
from simulator.demo.times import elapsed, wall
from simulator.stage import Stage

LOOK_EVERY_S = 10.0  # what says the same in so many virtual seconds is one line


def play_plain(stage: Stage, tally: Tally, *, stopped: Callable[[], bool]) -> list[Happening]:
    """Print the story up to its end, or until `stopped`; answer all of it, for the summary."""
    news, story = News(stage), happenings(tally, tally.catch_up())
    while not stage.ended and not stopped():
        stage.run_on(LOOK_EVERY_S)
        new = sorted([*happenings(tally, tally.catch_up()), *news.catch_up()], key=lambda each: each.at_s)
        for bundle in told_together(new, within_s=LOOK_EVERY_S):
            at_s = bundle[0].at_s
            print(f"{elapsed(at_s)}  {wall(stage.clock, at_s)}  {bundle[0].who:11}  {sentence(bundle)}")
        story += new
    return story
