"""How often does a schedule of the template fire?"""

from __future__ import annotations

import re

UNIT_S = {"minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86400, "days": 86400}


def every_s(rule: str, expression: str | None) -> float | None:
    if expression is None:
        return None
    rate = re.fullmatch(r"rate\((\d+) (\w+)\)", expression)
    if rate is None or rate[2] not in UNIT_S:
        raise ValueError(f"Rule {rule} has the schedule {expression}; only rates are modelled.")
    return float(int(rate[1]) * UNIT_S[rate[2]])
