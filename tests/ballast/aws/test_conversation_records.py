"""What the items of the Conversations table hold besides their key."""

from __future__ import annotations

from ballast.aws.conversation_records import agenda_sets, pair, part_key, to_watch, watch_item, watch_key
from ballast.records.service_failure import FailureKind, ServiceFailure
from tests.builders import NOW


def test_a_placement_is_written_as_one_name_and_read_as_its_cluster_and_service() -> None:
    sets = agenda_sets({"prod/x"}, {("prod", "web")})

    assert sets == {"conversations": {"prod/x"}, "placements": {"prod/web"}}
    assert [pair(name) for name in sets["placements"]] == [("prod", "web")]


def test_a_failure_reads_back_as_it_was_written() -> None:
    failure = ServiceFailure(FailureKind.PLACEMENT, "prod", "web", NOW, "RESOURCE:CPU", told=True)

    assert to_watch(watch_item(failure)) == failure


def test_parts_and_watches_have_keys_of_their_own() -> None:
    keys = {part_key("prod/x", 1), part_key("prod/x", 2), part_key("prod/y", 1)}
    keys |= {watch_key(kind, "prod", "web") for kind in FailureKind}

    assert len(keys) == 3 + len(FailureKind)
    assert all("#" in key for key in keys)
