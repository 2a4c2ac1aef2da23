"""The settings of rebalancing, one row each, and their policy; a table of its own, so that only one function loads it.

A tag or a parameter that cannot be read begins nothing: it is named in `Asked.unreadable`, and its default holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ballast.policy.policy import LONGEST_SHOWN, expected
from ballast.policy.readers import WINDOWS, Reader, count, minutes, one_of
from ballast.policy.rebalancing import Rebalance, RebalancePolicy, Spare
from ballast.policy.setting import Setting
from ballast.policy.settings import BY_TAG, REBALANCE_TAG, is_of_rebalancing
from ballast.policy.windows import read_windows
from ballast.value import dataclass

type Unreadable = tuple[str, str, str]  # tag or parameter, value, what is expected

ON_OFF = Reader(lambda written: one_of("on", "off").read(written) == "on", "on or off", "`on`, `off`")
AND, WHILE = " plus ", " during "  # a tag can hold neither a comma nor a semicolon
FACTOR = r"[a-z0-9-]{1,20}[.](?:[*]|any|[a-z0-9-]{1,20})=(?:1|0[.](?:0[1-9]|[1-9])[0-9]{0,3})"
SPARE = r"([0-9]{1,4}) x ([A-Za-z0-9_-]{1,255}(?::[0-9]{1,9})?)(?: on ([A-Za-z0-9_-]{1,255}))?"


def _usd(written: str) -> float | None:
    if not re.fullmatch("|[0-9]{1,3}(?:[.][0-9]{1,4})?", written):
        raise ValueError(written)
    return float(written) if written else None


def _factors(written: str) -> dict[str, float]:
    """`any` is the `*` of a tag, which cannot hold one."""
    if not re.fullmatch(f"|{FACTOR}(?: {FACTOR}){{0,49}}", written):
        raise ValueError(written)
    pairs = (word.split("=") for word in written.split())
    return {re.sub("any$", "*", kind): float(factor) for kind, factor in pairs}


def _spare(written: str) -> tuple[Spare, ...]:
    return tuple(_one_spare(each.strip()) for each in written.split(AND)) if written.strip() else ()


def _one_spare(written: str) -> Spare:
    what, _, when = written.partition(WHILE)
    found = re.fullmatch(SPARE, what.strip())
    if found is None or not int(found[1]):
        raise ValueError(f"{what.strip() or 'nothing'} is not as 3 x api:7")
    windows = read_windows(when)
    if WHILE.strip() in written.split() and not windows:
        raise ValueError(f"{written} names no window")
    return Spare(found[2], int(found[1]), found[3], windows)


# fmt: off
REBALANCE_SETTINGS: tuple[Setting, ...] = (
    Setting("Rebalance", REBALANCE_TAG, "rebalance", one_of(*Rebalance), "report",
        "what is done about capacity: `report` tells what would be, `on` does what is switched on below, `off` ends what is "
        "under way; before you set `off` amid moves, set `RebalanceRights`",
        "what is done about the capacity of the cluster; `on` where the stack grants it (`RebalanceRights`), "
        "else a ticket says so"),
    Setting("RebalanceRights", "", "", one_of("report", "on"), "report",
        "what the role of `rebalance_capacity` grants: `report` what `Rebalance` needs (`off` and `report`: nothing is changed); "
        "`on` all, so that the tag of one cluster may ask for it, and that what is under way ends when you turn `Rebalance` off"),
    Setting("RebalanceScaleOut", f"{REBALANCE_TAG}-scale-out", "scale_out", ON_OFF, "off",
        "launch for tasks that nobody else launches for"),
    Setting("RebalanceHeadroom", f"{REBALANCE_TAG}-headroom", "headroom", ON_OFF, "off",
        "keep the room free that the two settings of it say"),
    Setting("RebalanceConsolidate", f"{REBALANCE_TAG}-consolidate", "consolidate", ON_OFF, "off",
        "give back what stands empty, and what is left once its tasks have moved"),
    Setting("RebalanceReplace", f"{REBALANCE_TAG}-replace", "replace", ON_OFF, "off",
        "give an instance for a cheaper one, which is launched first"),
    Setting("RebalanceSavingUsd", f"{REBALANCE_TAG}-saving-usd", "saving_usd_per_hour_per_move",
        Reader(_usd, "an amount such as 0.02, of at most 999.9999, or empty", "amount such as `0.02`, or empty"), "",
        "least saving of a moved task in USD an hour; empty: half of what a task of its provider costs, an eighth if exchanged"),
    Setting("RebalanceSavingPercent", f"{REBALANCE_TAG}-saving-percent", "saving_percent", count(0, 100), "10",
        "least saving, as a share of the price of what goes"),
    Setting("RebalanceStabilisationMinutes", f"{REBALANCE_TAG}-stabilisation-minutes", "stabilisation", minutes(0, 1440), "10",
        "without a start or stop of a task on it, before an instance goes"),
    Setting("RebalanceRestMinutes", f"{REBALANCE_TAG}-rest-minutes", "rest", minutes(5, 1440), "30",
        "for which a provider is left alone after capacity came or something failed"),
    Setting("RebalanceSparePercent", f"{REBALANCE_TAG}-spare-percent", "spare_percent", count(0, 100), "0",
        "headroom: room for so many more of the tasks that run"),
    Setting("RebalanceSpare", f"{REBALANCE_TAG}-spare", "spare",
        Reader(_spare, "copies of task definitions such as '3 x api:7', several joined by ' plus ', each perhaps with ' on ' a "
            "capacity provider and ' during ' windows, or empty",
            "`3 x api:7 on spot during 0 8 any any mon-fri for 10h in UTC`"), "",
        "headroom: room for so many copies of a task definition, several joined by ` plus `; with ` during ` only in these "
        "maintenance windows"),
    Setting("RebalanceWindows", f"{REBALANCE_TAG}-windows", "windows", WINDOWS, "",
        "when moves may begin, as `UpdateWindows`; empty: always"),
    Setting("RebalanceStopBeforeStart", f"{REBALANCE_TAG}-stop-before-start", "stop_before_start", ON_OFF, "off",
        "move also tasks that ECS may stop before it starts others, as their service's minimum allows"),
    Setting("RebalanceLaunchInstances", f"{REBALANCE_TAG}-launch-instances", "launch_instances", ON_OFF, "off",
        "LaunchInstances of one zone after the other in the place of a raised desired capacity; not tried on an account yet"),
    Setting("RebalancePriceFactors", f"{REBALANCE_TAG}-price-factors", "price_factors",
        Reader(_factors, "instance types or families with factors from 0.01 to 1, such as m7i.any=0.6 c7g.large=0.8, or empty",
            "`m7i.any=0.6 c7g.large=0.8`"), "",
        "what commitments leave of list prices, such as `m7i.*=0.6 c7g.large=0.8`; a tag cannot hold `*`: write `any`"),
)
# fmt: on

OF_POLICY = tuple(row for row in REBALANCE_SETTINGS if row.field)
OF_TAG = {row.tag: row for row in REBALANCE_SETTINGS if row.tag}
OF_VARIABLE = {row.variable: row for row in OF_POLICY}
REBALANCE_VARIABLES = tuple(OF_VARIABLE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator asks for; `unreadable` is to stop all that begins, `beyond` is more than the role was granted."""

    policy: RebalancePolicy = RebalancePolicy()
    unreadable: tuple[Unreadable, ...] = ()
    beyond: tuple[Unreadable, ...] = ()

    @property
    def launches(self) -> bool:
        """Whether Ballast launches anything there; else it is no news what a group does not get."""
        policy = self.policy
        return policy.rebalance is Rebalance.ON and (policy.scale_out or policy.headroom or policy.replace)


def rebalance_defaults(variables: Mapping[str, str]) -> Asked:
    """By the parameters of the deployment."""
    policy, wrong = RebalancePolicy(), []
    for variable, value in variables.items():
        row = OF_VARIABLE[variable]
        try:
            policy = _changed(policy, row, value)
        except ValueError as error:
            wrong.append((row.parameter, value[:LONGEST_SHOWN], expected(row, value, error)))
    return Asked(policy, tuple(wrong))


def asked_of(defaults: Asked, tags: Mapping[str, str], *, may: Rebalance = Rebalance.ON) -> Asked:
    """With the tags of a cluster. `may`: more than that the role was not granted, so that it is reported instead.

    A parameter that cannot be read is no matter for a cluster whose own tag can.
    """
    policy, wrong = defaults.policy, []
    parameters = {each[0]: each for each in defaults.unreadable}
    for tag, value in sorted(tags.items()):
        if not is_of_rebalancing(tag) or tag in BY_TAG:
            continue
        row = OF_TAG.get(tag)
        if row is None:
            known = sorted((*OF_TAG, *(each for each in BY_TAG if is_of_rebalancing(each))))
            wrong.append((tag, value, f"one of {', '.join(known)}"))
            continue
        try:
            policy = _changed(policy, row, value)
        except ValueError as error:
            wrong.append((tag, value, expected(row, value, error)))
        else:
            parameters.pop(row.parameter, None)
    unreadable = (*parameters.values(), *wrong)
    if policy.rebalance is not Rebalance.ON or may is Rebalance.ON:
        return Asked(policy, unreadable)
    which = "report or off, as the stack's parameter RebalanceRights is report"
    beyond = (REBALANCE_TAG if REBALANCE_TAG in tags else "Rebalance", "on", which)
    return Asked(replace(policy, rebalance=Rebalance.REPORT), unreadable, (beyond,))


def _changed(policy: RebalancePolicy, row: Setting, value: str) -> RebalancePolicy:
    read: dict[str, Any] = {row.field: row.reader.read(value)}
    return replace(policy, **read)
