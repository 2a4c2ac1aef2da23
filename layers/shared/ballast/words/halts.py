"""Why was a rollout halted, in a sentence and in the few words of a title?"""

from __future__ import annotations

import re
from typing import Final

# Of what `update/permit` and `update/instance` write, and operators say; the first that fits counts.
_SHORT: Final = (
    (r"^AWS has recalled .*", "AWS recalled it"),
    (r"^the canary \S+ failed: it did not come back.*", "canary did not return"),
    (r"^the canary \S+ failed: it booted into (\S+) again.*", r"canary fell back to \1"),
    (r"^the canary \S+ failed: its tasks did not move.*", "canary was not empty in time"),
    (r"^the canary \S+ failed: (?:it )?", "canary failed: "),
    (r"^(\d+) instances failed.*", r"\1 instances failed"),
    (r"^CloudWatch alarm (.+) is in ALARM.*", r"alarm \1 rings"),
    (r"^(.+?) halted it(?:: )?", r"by \1: "),
)


def short_cause(halted_reason: str | None) -> str:
    """Without ids and particulars: `canary did not return`."""
    said = " ".join((halted_reason or "nobody said why").split())
    for pattern, words in _SHORT:
        short, found = re.subn(pattern, words, said, count=1)
        if found:
            return short.rstrip(" :.")
    return said.rstrip(".")


def sentence(text: str) -> str:
    """With a capital, unless it begins with a name, and one full stop."""
    named = text.startswith(("i-", "service:")) or re.match(r"\S+ (?:\(unverified\) )?(?:halted|rolled|paused) ", text)
    begun = text if named else f"{text[:1].upper()}{text[1:]}"
    return f"{begun.rstrip('.')}."
