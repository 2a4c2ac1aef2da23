"""A Bottlerocket release through canary and wave, halted between them and resumed with the command line, then recalled."""

from __future__ import annotations

from tests.e2e.fleets import AFTER, ARCH, BEFORE, VARIANT
from tests.e2e.looking import Account


def test_a_release_goes_through_a_canary_halts_before_its_wave_goes_on_and_is_recalled(here: Account) -> None:
    assert versions(here) == [BEFORE] * 2
    here.eventually("Ballast has found the cluster", lambda: here.hooks("bottlerocket"), 120)
    here.check_releases()
    here.eventually("it knows what there is", lambda: known(here) == [BEFORE])
    with here.world() as world:
        world.bottlerocket.releases.publish(VARIANT, ARCH, AFTER)
    here.check_releases()
    here.eventually("it knows of the release", lambda: known(here) == [AFTER])

    here.eventually("a canary drains", lambda: draining(here), 90)
    here.eventually("it is rebooted into the release", lambda: AFTER in versions(here), 90)
    halted = here.ballast("halt", "--cluster", "bottlerocket", "--reason", "e2e")
    assert halted.returncode == 0, halted.stderr
    shown = here.ballast("status", "--cluster", "bottlerocket")
    assert "halted" in shown.stdout.lower(), shown.stdout
    here.eventually("the canary ends what it began", lambda: not draining(here), 120)
    assert here.settled("bottlerocket") == ["ACTIVE", "ACTIVE"]
    assert versions(here) == [BEFORE, AFTER]

    resumed = here.ballast("resume", "--cluster", "bottlerocket")
    assert resumed.returncode == 0, resumed.stderr
    here.eventually("the wave drains the other", lambda: draining(here), 90)
    here.eventually("all run the release", lambda: versions(here) == [AFTER] * 2, 90)
    here.eventually("all serve", lambda: not draining(here), 120)

    with here.world() as world:
        world.bottlerocket.releases.recall(VARIANT, ARCH)
    here.check_releases()
    here.eventually("the recall is told", lambda: any("recall" in text.lower() for text in here.messages()), 60)


def known(here: Account) -> list[str]:
    """The newest release, as the ledger has it."""
    return [item["version"]["S"] for item in here.items() if item["cluster"]["S"] == "#releases"]


def versions(here: Account) -> list[str]:
    """As the hosts run them: Systems Manager hears of it minutes later."""
    return sorted(running(here).values())


def running(here: Account) -> dict[str, str]:
    ids = here.instances("bottlerocket")
    with here.world() as world:
        return {each: str(world.bottlerocket.version(each)) for each in ids}


def draining(here: Account) -> set[str]:
    return {each for each, status in here.hosts("bottlerocket").items() if status == "DRAINING"}
