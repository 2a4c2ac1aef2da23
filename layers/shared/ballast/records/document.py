"""The SSM documents that Ballast may run on hosts: fixed commands, validated parameters (template.yaml holds their text)."""

from __future__ import annotations

from enum import StrEnum

# What settings.updates.version-lock may be, semantic versions with all that they may carry, and nothing that a shell reads.
# The documents' parameters take the same: https://bottlerocket.dev/en/os/latest/#/api/settings/updates/
VERSION_LOCK = r"(latest|v?[0-9]{1,4}[.][0-9]{1,4}[.][0-9]{1,4}(-[0-9A-Za-z.-]{1,64})?([+][0-9A-Za-z.-]{1,64})?)"


class Document(StrEnum):
    """CHECK asks; STAGE pins, downloads and activates; RESTORE puts settings.updates back; CANCEL also unstages."""

    CHECK = "CheckUpdate"
    STAGE = "StageUpdate"
    REBOOT = "RebootHost"
    RESTORE = "RestoreUpdateSettings"
    CANCEL = "CancelUpdate"
