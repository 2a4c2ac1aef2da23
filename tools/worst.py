"""What could somebody do at worst who steals a function's role? A row a function, from the roles as the template builds them.

By its defaults, and with every parameter set that grants something.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from simulator.delivery.template import FunctionSpec, Stack
from simulator.iam.policy import Policy, Statement
from simulator.iam.reference import reference

EVERYTHING = {
    "UpdateStrategy": "replace",
    "UpdateRights": "replace",
    "RebalanceRights": "on",
    "RepairRights": "on",
    "UpdateLaunchTemplates": "follow",
    "InstanceRoleArns": "arn:aws:iam::123456789012:role/ecs/*",
    "SlackSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:ballast-slack-AbCdEf",
    "SlackChannel": "C0123456789",
    "SlackDeciders": "U0123456789",
}
HEADINGS = ("Function", "With the template's defaults", "And with everything on")
READS = {"Read", "List"}
# What each statement that changes something, or tells a secret, is good for in wrong hands.
WORST = {
    "RemoveGhostsOfClusters": "deregister container instances of managed clusters with what runs there",
    "DrainInstancesOfClusters": "set container instances DRAINING or ACTIVE, by all of them empty a cluster",
    "HoldAndReleaseInstances": "replace instances of groups of capacity providers, hold them by hooks or let them go",
    "LaunchBeforeRepair": "set how many instances groups of capacity providers want, within their limits",
    "LaunchBeforeRepairInTaggedGroups": "the same of groups tagged `ballast:managed=true`",
    "HoldAndReleaseTaggedGroups": "the same of groups tagged `ballast:managed=true`",
    "KeepLedger": "forge or delete what is remembered of drains, rollouts and pauses of any cluster",
    "AnswerCommands": "forge the answers to commands, so that one is not obeyed",
    "KeepRegistry": "have Ballast look after no cluster, or after another one",
    "KeepReleases": "have a wrong version or image taken for the newest release",
    "RememberWhatWasTold": "write over what is remembered of drains, rollouts and pauses of any cluster",
    "SignWhatIsSaid": "change the key that notices are signed with",
    "TellWhatHappened": "send notices and the function's other events, true or not",
    "SetAsideUnreadableEvents": "ring the alarm of the dead letters",
    "SpreadSweeps": "have clusters swept at once and often",
    "ReadHosts": "have application status checks of EC2 instances pass over a failure",
    "RunOurDocuments": "run the stack's five documents, of which the worst reboots a host",
    "RunThemOnInstancesOfGroups": "on every Linux instance of an Auto Scaling group that Systems Manager knows",
    "ReplaceInstances": "replace instances of groups of capacity providers, refresh those groups, change their size and "
    "launch template",
    "ReplaceInstancesOfTaggedGroups": "the same of groups tagged `ballast:managed=true`",
    "MakeVersionsOfLaunchTemplates": "have tagged launch templates boot any user data, and launch instances from them",
    "LaunchImagesOfAmazon": "of images that Amazon owns",
    "LaunchWithTemplatesOnly": "into any subnet and security group",
    "GiveInstancesTheirTags": "with any tags",
    "GiveInstancesTheirRoles": "with a role of `InstanceRoleArns`, and so do what that may",
    "ResizeGroups": "launch and end instances of groups of capacity providers, and change what they want",
    "ResizeTaggedGroups": "the same of groups tagged `ballast:managed=true`",
    "LaunchThroughFleets": "make fleets, which launch nothing",
    "KeepConversations": "forge, silence or delete conversations",
    "Publish": "send anything to the topic's subscribers",
    "PublishEncrypted": "read messages of the topic at rest",
    "WakeItselfLater": "have pages looked at too often",
    "ReadSlackSecret": "read the Slack secret, and post as Ballast",
    "HandOnWhatSlackSigned": "have a person of `SlackDeciders` seem to have pressed what stands under a message",
    "WriteWhoPressed": "forge or silence conversations",
    "SayWhatWasPressed": "give every command that people give",
    "HaveItShown": "have pages looked at too often",
}


def worst(root: Path) -> str:
    """The table as Markdown; ValueError for a statement that changes something and has no words yet."""
    default, everything = _changing(root, {}), _changing(root, EVERYTHING)
    rows = [
        (
            f"`{code}`",
            _said(default[code]) if code in default else "it is not there",
            _said([sid for sid in sids if sid not in default.get(code, ())]),
        )
        for code, sids in everything.items()
    ]
    return "\n".join(["| " + " | ".join(row) + " |" for row in (HEADINGS, ("---",) * len(HEADINGS), *rows)])


def _changing(root: Path, parameters: Mapping[str, str]) -> dict[str, list[str]]:
    """By function: the statements of its role that do more than to read."""
    stack = Stack.load(root / "template.yaml", parameters, stack="ballast", account="123456789012", region="us-east-1")
    return {spec.code.name: _sids(spec) for spec in stack.functions}


def _sids(spec: FunctionSpec) -> list[str]:
    return [
        one.sid for one in Policy.read((*(spec.policies or ()), *spec.managed)).statements if _is_worth_something(one)
    ]


def _is_worth_something(statement: Statement) -> bool:
    changes = any(reference()[action].access not in READS for action in statement.actions)
    return statement.allows and (changes or statement.sid == "ReadSlackSecret")


def _said(sids: list[str]) -> str:
    if unknown := [sid for sid in sids if sid not in WORST]:
        raise ValueError(f"statement {unknown[0]} of template.yaml has no words yet in tools/worst.py")
    return "; ".join(WORST[sid] for sid in sids) or "nothing more"
