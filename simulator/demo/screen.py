"""One frame: header, fleet, services, messages, story and footer, laid out for the size of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderResult
from rich.layout import Layout
from rich.text import Text

from simulator.demo.capacity import money_rows
from simulator.demo.fleet import BAR_LEGEND, fleet_rows
from simulator.demo.footer import footer
from simulator.demo.heat_map import heat_map
from simulator.demo.look import shown
from simulator.demo.on_call import message_rows
from simulator.demo.palette import Palette, palette, services
from simulator.demo.services import service_rows
from simulator.demo.story import Happening
from simulator.demo.tally import Tally
from simulator.demo.telling import sentence, told_together
from simulator.demo.times import elapsed, wall
from simulator.demo.waves import wave_rows

MOST_ROWS = 40  # instances; above it the fleet is a heat map
STORY_CALM_S = 20.0  # what says the same again sooner is the same line
ROOMY = 25  # rows; from here on panes are set apart by an empty line
STORY_ROWS = 6  # fewer are not worth a pane

type Draw = Callable[[int, int], Sequence[Text]]


@dataclass(frozen=True, slots=True)
class Pane:
    """A heading and lines; what does not fit is cut, never wrapped."""

    title: str
    draw: Draw

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.max_width - 2, options.height or options.size.height
        del console  # the size says everything
        name, _, legend = self.title.partition("  ")
        title = Text.assemble((f"{name} ", "bold #7aa2f7"), (f" {legend} " if legend else "", "dim"))
        title.append("─" * (width - title.cell_len), "bright_black")
        for line in [title, *self.draw(width, height - 1)][:height]:
            line.truncate(width, overflow="ellipsis")
            yield line


@dataclass(slots=True)
class Screen:
    """`pace` is what the header says about speed."""

    tally: Tally
    pace: str
    story: list[Happening] = field(default_factory=list)
    keys: str = ""  # what they do, where there are any
    letters: Palette = field(init=False)

    def __post_init__(self) -> None:
        self.letters = palette(self.tally.stage)

    def frame(self, width: int, height: int) -> Layout:
        self.tally.look()
        world = self.tally.stage.world
        instances = len(shown(self.tally))
        rows = instances + len(world.groups.groups) + 2
        counters = footer(self.tally, width, self.keys)
        rollout = wave_rows(self.tally.progress, width - 1) if self.tally.progress else []
        rollout += money_rows(self.tally.money, width - 1) if self.tally.money else []
        story_fits = instances <= MOST_ROWS and height - rows - len(rollout) - len(counters) - 2 > STORY_ROWS
        header = [*self._header(width, latest=not story_fits), *rollout]
        for line in header:
            line.truncate(width, overflow="ellipsis")
        screen = Layout()
        screen.split_column(
            Layout(Text("\n").join(header), size=len(header)),
            Layout(name="body"),
            Layout(Text("\n").join(counters), size=len(counters)),
        )
        room = height - len(header) - len(counters)
        right = Layout(Pane("What on-call gets", self._messages))
        table = Layout(Pane("Services", self._services))
        if instances > MOST_ROWS:
            below = Layout(size=max(6, room // 3))
            below.split_row(table, right)
            screen["body"].split_column(Layout(Pane("Fleet", self._heat_map)), below)
            return screen
        table.size = min(len(services(self.tally.stage)) + (3 if room > ROOMY else 2), room * 3 // 5)
        left, column = Layout(ratio=11), Layout(ratio=9)
        fleet, story = (
            Layout(Pane(f"Fleet  {BAR_LEGEND}", self._fleet)),
            Layout(Pane("What happens", self._story)),
        )
        if story_fits:
            fleet.size = rows
            left.split_column(fleet, story)
        else:
            left.split_column(fleet)
        column.split_column(table, right)
        screen["body"].split_row(left, column)
        return screen

    def _header(self, width: int, *, latest: bool) -> list[Text]:
        stage = self.tally.stage
        title = Text.assemble(("Ballast", "bold #7aa2f7"), "  ", (stage.scenario.title, "bold"))
        now_s = stage.clock.now_s
        most = f"{'at most ' if stage.scenario.ends else ''}{elapsed(stage.scenario.minutes * 60)}"
        clock = Text.assemble(
            (f"{elapsed(now_s)} ", "bold"),
            (f"of {most} · {wall(stage.clock, now_s)} UTC", ""),
            (f" · seed {stage.seed} · {self.pace}", "dim"),
        )
        return [title, clock, self._latest(width)] if latest else [title, clock]

    def _latest(self, width: int) -> Text:
        bundles = told_together(self.story, within_s=STORY_CALM_S)
        return _line(max(bundles, key=lambda bundle: bundle[-1].at_s), width) if bundles else Text()

    def _fleet(self, width: int, height: int) -> list[Text]:
        return fleet_rows(self.tally, self.letters, width, height)

    def _heat_map(self, width: int, height: int) -> list[Text]:
        return heat_map(self.tally, self.letters, width, height)

    def _services(self, width: int, height: int) -> list[Text]:
        return service_rows(self.tally, self.letters, width, height)

    def _messages(self, width: int, height: int) -> list[Text]:
        return message_rows(self.tally, width, height)

    def _story(self, width: int, height: int) -> list[Text]:
        return [_line(bundle, width) for bundle in told_together(self.story, within_s=STORY_CALM_S)[-height:]]


def _line(bundle: list[Happening], width: int) -> Text:
    first = bundle[0]
    start = Text.assemble((f"{elapsed(first.at_s)}  {first.who:11} ", "dim"))
    said = sentence(bundle)
    return start.append(said if start.cell_len + len(said) <= width else sentence(bundle, name_them=False))
