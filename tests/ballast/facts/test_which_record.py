"""The record that stands for an instance whose agent registered again."""

from __future__ import annotations

from ballast.facts.which_record import the_records
from tests.builders import INSTANCE_ID, a_container_instance, after


def test_of_records_of_one_instance_the_connected_one_counts_and_without_an_agent_the_newest() -> None:
    old = a_container_instance(arn="arn:old", registered_at=after(-9), agent_connected=False)
    new = a_container_instance(arn="arn:new", registered_at=after(-1), agent_connected=False)
    serves = a_container_instance(arn="arn:serves", registered_at=after(-5))
    other = a_container_instance(2)

    assert the_records((new, other, old)) == {INSTANCE_ID: new, other.instance_id: other}
    assert the_records((serves, new, old)) == {INSTANCE_ID: serves}
