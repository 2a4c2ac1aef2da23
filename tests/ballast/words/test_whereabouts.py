"""What on-call reads about instances that are listed twice, and about what becomes of their cluster."""

from __future__ import annotations

from ballast.records.watch import Watch, WatchKind
from ballast.words import whereabouts
from tests.builders import ARN, CLUSTER, NOW, a_cluster, a_container_instance, a_view, a_watch, after


def test_only_the_records_here_without_an_agent_are_left_over() -> None:
    old = a_container_instance(arn=f"{ARN}container-instance/{CLUSTER}/old", agent_connected=False, running_tasks=3)
    away = a_container_instance(arn=f"{ARN}container-instance/b/away", cluster="b", agent_connected=False)

    told = whereabouts.stale_record(a_view(others=(old, away)), a_watch(), NOW)

    assert "container instance old is left over" in told.what
    assert told.impact.startswith("ECS counts 3 tasks there")


def test_a_cluster_is_active_again_where_ecs_says_nothing_else() -> None:
    watch = Watch(CLUSTER, WatchKind.CLUSTER_NOT_ACTIVE, "*", NOW)

    lost = whereabouts.cluster_not_active(a_cluster(status="FAILED"), watch, 1, after(2))
    back = whereabouts.cluster_active(a_cluster(), watch, after(9))

    assert lost.what == "Cluster prod is FAILED while 1 instance is being drained."
    assert back.what.startswith("Cluster prod is ACTIVE, and nothing is held up")
    assert lost.incident == back.incident


def test_a_warm_pool_that_reuses_is_told_of_once_a_day() -> None:
    first, again = (whereabouts.warm_pool_reuse(a_cluster(), "web", after(m), after(m)) for m in (0, 60))

    assert first.incident == again.incident == "prod/web/warm-pool/20261123"
