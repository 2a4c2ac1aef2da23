"""How lifecycle hooks hold an instance that comes or goes: heartbeats, completion, time-outs."""

from __future__ import annotations

from collections.abc import Callable

from simulator.world.autoscaling.group_records import LAUNCHING, Group, LifecycleAction, Member, Passage, Result
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError

type Enter = Callable[[Member, str], None]
type Waiting = Callable[[LifecycleAction], None]


class Hooks:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html."""

    def __init__(self, core: Core, enter: Enter) -> None:
        self._core = core
        self._enter = enter
        self.watchers: list[Waiting] = []

    def hold(self, member: Member, passage: Passage) -> None:
        """Let the member wait, one action for each of the hooks there are now, all in parallel."""
        member.passage = passage
        hooks = [hook for hook in member.group.hooks.values() if hook.transition == passage.transition]
        if not hooks:
            passage.done(member, "CONTINUE")
            return
        self._enter(member, passage.waits_in)
        for hook in hooks:
            action = LifecycleAction(hook, member, self._core.uuid(), self._core.clock.now_s)
            member.actions[hook.name] = action
            self._arm(action)
        for action in list(member.actions.values()):
            self._announce(action, passage)

    def heartbeat(self, action: LifecycleAction, *, actor: str) -> None:
        """Wait another heartbeat timeout from now, but never beyond the global timeout.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html
        """
        self._note("hook_heartbeat", action, actor=actor)
        self._arm(action)

    def complete(self, action: LifecycleAction, result: Result, *, actor: str) -> None:
        self._note("hook_completed", action, result=result, actor=actor)
        self._end(action, result)

    def drop(self, member: Member) -> None:
        """The instance is gone: there is nothing left to hold."""
        for action in member.actions.values():
            self._note("hook_void", action)
            self._disarm(action)
        member.actions.clear()

    def _timed_out(self, action: LifecycleAction) -> None:
        self._note("hook_timed_out", action, result=action.hook.default_result)
        self._end(action, action.hook.default_result)

    def _end(self, action: LifecycleAction, result: Result) -> None:
        """CONTINUE lets the other hooks finish; ABANDON stops them. Either way a terminating instance terminates.

        A launching one that is abandoned terminates as well, and another is launched.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/completing-lifecycle-hooks.html
        """
        member = action.member
        del member.actions[action.hook.name]
        self._disarm(action)
        if result == "ABANDON":
            self.drop(member)
        if not member.actions and member.passage is not None:
            member.passage.done(member, result)

    def _arm(self, action: LifecycleAction) -> None:
        self._disarm(action)
        ends_at_s = min(
            self._core.clock.now_s + action.hook.heartbeat_timeout_s,
            action.started_at_s + action.hook.global_timeout_s,
        )
        action.timer = self._core.clock.at(ends_at_s, lambda: self._timed_out(action))

    def _disarm(self, action: LifecycleAction) -> None:
        if action.timer is not None:
            action.timer.cancel()

    def _announce(self, action: LifecycleAction, passage: Passage) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html."""
        hook, group = action.hook, action.member.group
        self._note("hook_waiting", action, destination=passage.destination)
        detail = {
            "LifecycleActionToken": action.token,
            "AutoScalingGroupName": group.name,
            "LifecycleHookName": hook.name,
            "EC2InstanceId": action.member.instance.id,
            "LifecycleTransition": hook.transition,
            "Origin": passage.origin,
            "Destination": passage.destination,
        }
        if passage.action is not None:
            detail["Action"] = passage.action
        if hook.notification_metadata is not None:
            detail["NotificationMetadata"] = hook.notification_metadata
        word = "launch" if hook.transition == LAUNCHING else "terminate"
        self._core.emit("aws.autoscaling", f"EC2 Instance-{word} Lifecycle Action", [group.arn], detail)
        for watcher in self.watchers:
            watcher(action)

    def _note(self, kind: str, action: LifecycleAction, **data: object) -> None:
        """Facts of launch hooks have kinds of their own (`launch_hook_waiting`): those of `hook_…` end an instance."""
        member = action.member
        self._core.note(
            f"launch_{kind}" if action.hook.transition == LAUNCHING else kind,
            group=member.group.name,
            hook=action.hook.name,
            instance=member.instance.id,
            **data,
        )


def find_action(group: Group, hook_name: str, *, instance_id: str | None, token: str | None) -> LifecycleAction:
    """The waiting action, by instance or by token.

    Raises ValidationError when there is none, as Auto Scaling does once an action has ended.
    """
    for member in group.members.values():
        action = member.actions.get(hook_name)
        if action is None or (token is not None and action.token != token):
            continue
        if instance_id is None or member.instance.id == instance_id:
            return action
    sought = f"instance ID {instance_id}" if instance_id else f"token {token}"
    raise AwsError("ValidationError", f"No active Lifecycle Action found with {sought}")
