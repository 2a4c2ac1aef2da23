"""A page reaches Slack within ten seconds, however much information there is (docs/decisions/0022)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from ballast.words.notice import Severity
from simulator.stage import Stage
from tests.notification_builders import a_notice
from tests.scenarios.stages import a_scenario

AN_HOUR, CLUSTERS, MINUTES = 20_000, 60, 0.25


def test_a_page_passes_twenty_thousand_notices_an_hour() -> None:
    """0.1.0: 18 minutes at the median, 66 at worst, as all behind the first 429 waited for six minutes."""
    paged_s: dict[str, float] = {}

    def tell(stage: Stage, number: int, cluster: str, severity: Severity) -> None:
        code = "DrainStuck" if severity is Severity.PAGE else "ScaleIn"
        notice = a_notice(code, severity, instance=f"i-{number}", cluster=cluster, started_at=stage.world.clock.utc)
        if severity is Severity.PAGE:
            paged_s[cluster] = stage.clock.now_s
        stage.tell(notice)

    def build(stage: Stage) -> None:
        total = round(AN_HOUR / 60 * MINUTES)
        for number in range(total):
            at = 1 + number / total * MINUTES
            stage.at(at, partial(tell, stage, number, f"c{number % CLUSTERS}", Severity.INFO))
        for page in range(3):
            stage.at(1.1 + page / 16, partial(tell, stage, page, f"page{page}", Severity.PAGE))

    with Stage(a_scenario(build, minutes=2), 1) as stage:
        stage.play()
        slack = stage.deployment.slack
        first_s = {m.text.partition(":")[0].removeprefix("🔴 "): m.looks[0].at_s for m in slack.messages}
        edits_s = sorted(look.at_s for m in slack.messages for look in m.looks[1:])

    assert {cluster: first_s[cluster] - at_s < 10 for cluster, at_s in paged_s.items()} == dict.fromkeys(paged_s, True)
    assert slack.rate_limited == 0
    assert min(later - earlier for earlier, later in pairwise(edits_s)) >= 5
