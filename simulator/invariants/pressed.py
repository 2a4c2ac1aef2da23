"""What must not come of a button that somebody presses in Slack?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.stage import Stage

WHO = re.compile(r" \(Slack ([A-Z0-9]+)\)")


def nothing_done_for_who_is_not_listed(stage: Stage) -> Iterator[str]:
    """What was pressed is a command whose id says so, by somebody of SlackDeciders."""
    functions = stage.deployment.functions
    listed = functions["ObeyClick"].spec.environment["SLACK_DECIDERS"].split(",") if "ObeyClick" in functions else []
    for put in stage.deployment.bus.events:
        detail = put.event["detail"]
        if put.event["detail-type"] == "Ballast Update Command" and str(detail.get("id")).startswith("slack-"):
            who = WHO.search(str(detail.get("by")))
            if who is None or who[1] not in listed:
                yield f"{put.at_s:.0f} s: {detail.get('command')} was pressed by {detail.get('by')}, who is not listed"
