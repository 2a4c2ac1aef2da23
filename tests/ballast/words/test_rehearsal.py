"""What a notice says in dry run: what would be done, and that nothing is."""

from __future__ import annotations

from ballast.words.hooks import hook_put
from ballast.words.notice import Severity
from ballast.words.rehearsal import NOTHING_IS_DONE, rehearsed
from tests.builders import NOW, a_cluster
from tests.notification_builders import a_notice


def test_a_notice_with_words_for_it_says_what_would_be_done() -> None:
    told = rehearsed(hook_put(a_cluster(), "web", NOW), ("Put the hook",))

    assert told.what == "Lifecycle hook ballast-drain would be put on Auto Scaling group web."
    assert told.next == f"Set PutLifecycleHooks=false to manage hooks yourself. {NOTHING_IS_DONE}"
    assert (told.dry_run, told.plan) == (True, ("Put the hook",))


def test_any_other_is_quoted_and_wakes_nobody() -> None:
    told = rehearsed(a_notice(severity=Severity.PAGE, what="The rollout is halted."), ())

    assert (told.severity, told.what) == (Severity.INFO, "Ballast would tell: the rollout is halted.")
    assert (told.impact, told.next) == ("None: nothing is done in dry run.", NOTHING_IS_DONE)
    assert rehearsed(a_notice(what="EC2 ends it."), ()).what == "Ballast would tell: EC2 ends it."
