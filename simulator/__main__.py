"""Command line: `python -m simulator demo`, `… event`, `… chaos` and `… serve`."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from simulator.chaos import run_chaos
from simulator.demo import save_picture, show
from simulator.event import play_event
from simulator.result import result_of
from simulator.scenario_file import ScenarioFileError, stage_of, telling
from simulator.scenarios import scenarios
from simulator.serve import serve
from simulator.stage import Scenario, Stage


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer the exit code: 0 all well, 1 a chaos seed failed, 2 wrong usage, 130 Ctrl-C ended the demo, 143 SIGTERM."""
    warnings.filterwarnings("ignore", message="No application metrics to publish")
    options = _parser().parse_args(arguments)
    match options.command:
        case "chaos":
            seeds = range(options.first, options.first + options.seeds)
            return run_chaos(seeds, options.workers, everything=options.all, hostile=options.hostile)
        case "event":
            where = (options.account, options.region)
            return play_event(options.file, seed=options.seed, as_json=options.json, where=where)
        case "serve":
            return serve(options.port, emulator=options.emulator, speed=options.speed, seed=options.seed)
        case _:
            return _demo(options)


def _demo(options: argparse.Namespace) -> int:
    if options.list:
        for scenario in scenarios().values():
            print(f"{scenario.name:18} {scenario.title}")
        return 0
    if isinstance(options.scenario, Scenario):
        return _play(Stage(options.scenario, options.seed), options)
    try:
        with telling(options.scenario):
            return _play(stage_of(options.scenario, options.seed), options)
    except ScenarioFileError as error:
        print(error, file=sys.stderr)
        return 2


def _play(stage: Stage, options: argparse.Namespace) -> int:
    if options.json:
        with stage:
            stage.play()
            print(json.dumps(result_of(stage).as_json(), indent=2))
        return 0
    if options.svg:
        save_picture(stage, options.svg, at_minutes=options.at, speed=options.speed)
        return 0
    return show(stage, plain=options.plain or not sys.stdout.isatty(), speed=options.speed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Watch Ballast work in a simulated AWS.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="play one scenario")
    demo.add_argument(
        "--scenario", type=_scenario, default="tour", help="a name, or the path of a file that ends in .py"
    )
    demo.add_argument("--list", action="store_true", help="name the scenarios and stop")
    demo.add_argument("--seed", type=_count, default=1, help="same seed, same run (default: 1)")
    form = demo.add_mutually_exclusive_group()
    form.add_argument("--plain", action="store_true", help="lines of text, for logs; the default without a terminal")
    form.add_argument("--json", action="store_true", help="only the result, as JSON")
    form.add_argument("--svg", type=_new_file, metavar="FILE", help="only one frame, as a picture")
    demo.add_argument("--at", type=_positive, default=3.85, help="virtual minute of the picture (default: 3.85)")
    demo.add_argument("--speed", type=_positive, default=40.0, help="virtual seconds in a second (default: 40)")
    event = commands.add_parser("event", help="play one event against a small fleet that has what it names")
    event.add_argument("file", type=Path, metavar="FILE.json", help="the event, as EventBridge delivers it")
    event.add_argument("--json", action="store_true", help="what happened, as JSON")
    event.add_argument("--account", help="the stack's own (default: the event's, if it is one of AWS's examples)")
    event.add_argument("--region", help="the stack's own (default: the event's)")
    event.add_argument("--seed", type=_count, default=1, help="same seed, same run (default: 1)")
    chaos = commands.add_parser("chaos", help="play random worlds with every fault on and check the invariants")
    chaos.add_argument("--seeds", type=_positive_count, default=100, help="how many (default: 100)")
    chaos.add_argument("--from", dest="first", type=_count, default=0, help="the first seed (default: 0)")
    chaos.add_argument(
        "--hostile", action="store_true", help="an attacker forges, poisons and replays instead of the daily faults"
    )
    chaos.add_argument("--all", action="store_true", help="also what is switched off for the time being")
    chaos.add_argument("--workers", type=_positive_count, default=None, help="processes (default: one a core)")
    served = commands.add_parser("serve", help="answer AWS's wire protocols on loopback, in front of an emulator")
    served.add_argument("--port", type=_count, default=0, help="0 takes a free one (default)")
    served.add_argument("--emulator", default="", metavar="URL", help="who answers for other services and hears events")
    served.add_argument("--speed", type=_positive, default=1.0, help="virtual seconds in a second (default: 1)")
    served.add_argument("--seed", type=_count, default=1)
    return parser


def _scenario(text: str) -> Scenario | Path:
    known = scenarios()
    if text in known:
        return known[text]
    if text.endswith(".py"):
        return Path(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither one of {', '.join(known)} nor a file that ends in .py")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def _positive_count(text: str) -> int:
    if _count(text) == 0:
        raise argparse.ArgumentTypeError("must be at least 1")
    return int(text)


def _new_file(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file in a folder that exists")
    return path


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
