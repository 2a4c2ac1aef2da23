"""Does AWS know who asks, and does this machine know what time it is?"""

from __future__ import annotations

from collections.abc import Iterator

from ballast_cli.doctor.facts import Nobody, Trouble
from ballast_cli.doctor.finding import Finding, broken, warning
from ballast_cli.doctor.seen import seen
from ballast_cli.doctor.snapshot import Snapshot

NEARLY_S = 60
SAYS = {
    Trouble.NONE: ("There are no AWS credentials here", "aws sso login"),
    Trouble.EXPIRED: ("Your AWS credentials have expired", "aws sso login"),
    Trouble.INVALID: (
        "AWS does not know your credentials: they are wrong or deleted, or this Region is not enabled for the account",
        "aws configure list",
    ),
    Trouble.NO_REGION: ("No Region is set, so nobody knows where to look", "export AWS_DEFAULT_REGION=eu-central-1"),
    Trouble.UNREACHED: (
        "AWS cannot be reached: there is no network, or no such Region",
        "aws sts get-caller-identity --debug",
    ),
    Trouble.OTHER: ("AWS could not be asked who you are", "aws sts get-caller-identity --debug"),
}


def credentials(s: Snapshot) -> Iterator[Finding]:
    who = seen(s.asker)
    if not isinstance(who, Nobody):
        return
    says, mend = SAYS[who.trouble]
    where = f"Region {who.region}" if who.region else ""
    yield broken(f"{says} ({who.why}). Nothing else was looked at.", where, mend, "doctor-credentials")


def our_clock(s: Snapshot) -> Iterator[Finding]:
    """A signature is good for five minutes: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html"""
    who, skew = s.identity, seen(s.skew_s)
    if isinstance(who, Nobody) and who.trouble is Trouble.CLOCK:
        says = f"The clock of this machine is {_by(skew)}, and AWS refuses what it signs. Nothing else was looked at."
        yield broken(says, "", "sudo timedatectl set-ntp true", "doctor-credentials")
    elif abs(skew) > NEARLY_S:
        says = f"The clock of this machine is {_by(skew)}; from five minutes on AWS refuses what it signs."
        yield warning(says, "", "sudo timedatectl set-ntp true", "doctor-credentials")


def _by(skew_s: float) -> str:
    return f"{abs(skew_s) / 60:.0f} min {'ahead' if skew_s > 0 else 'behind'}"
