"""One instance as a bar: its length is the whole instance, so that every bar has the same scale."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from ballast_cli.drawing.cells import cells
from simulator.demo.palette import STANDALONE, Palette, tile
from simulator.world.core.records import ContainerInstance, Task
from simulator.world.ecs.task_counts import STARTING


def reserved(host: ContainerInstance | None) -> tuple[float, str]:
    """The share of the instance that tasks have reserved, of CPU or of memory, whichever is more, and which it is."""
    if host is None:
        return 0.0, "cpu"
    cpu, memory = (sum(_share(task, of) for task in host.unfinished.values()) for of in ("cpu", "mem"))
    return (memory, "mem") if memory > cpu else (cpu, "cpu")


def bar(letters: Palette, host: ContainerInstance | None, width: int) -> Text:
    """Tasks from the left, each as long as its share; what does not reach a whole cell is added to the next one."""
    _, of = reserved(host)
    tasks = list(host.unfinished.values()) if host else []
    lengths = cells((_share(task, of) for task in tasks), width)
    line = Text()
    for task, length in zip(tasks, lengths, strict=True):
        letter, colour = letters[task.host.cluster.name, task.service.name] if task.service else STANDALONE
        if length:
            line.append(*_piece(task, letter, colour, length))
    return line.append("·" * (width - sum(lengths)), "bright_black")


def mini_bar(host: ContainerInstance | None, width: int, style: str) -> Text:
    """The same without the tasks, for a cell of few characters."""
    share, _ = reserved(host)
    full = min(width, max(round(share * width), 1 if share else 0))
    return Text.assemble(("▬" * full, style), ("·" * (width - full), "bright_black"))


def _share(task: Task, of: str) -> float:
    shape = task.host.instance.shape
    if of == "cpu":
        return task.spec.cpu / max(1, shape.cpu)
    return task.spec.memory_mib / max(1, shape.memory_mib)


def _piece(task: Task, letter: str, colour: str, cells: int) -> tuple[str, Style]:
    """In a single cell the sign stands for the letter, as it is what matters."""
    sign, style = _sign(task, colour)
    text = f"{letter}{sign}" if cells > 1 else sign.strip() or letter
    return text.ljust(cells), style


def _sign(task: Task, colour: str) -> tuple[str, Style]:
    if task.dead:
        return "x", Style(color="red", strike=True)
    if task.desired_status == "STOPPED":
        return "-", Style(color=colour, dim=True)
    if task.last_status in STARTING:
        return "+", Style(color=colour, bold=True)
    return " ", tile(colour)
