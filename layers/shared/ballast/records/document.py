"""The SSM documents that Ballast may run on hosts: fixed commands, validated parameters (template.yaml holds their text)."""

from __future__ import annotations

from enum import StrEnum


class Document(StrEnum):
    """CHECK asks; STAGE pins, downloads and activates; RESTORE puts settings.updates back; CANCEL also unstages."""

    CHECK = "CheckUpdate"
    STAGE = "StageUpdate"
    REBOOT = "RebootHost"
    RESTORE = "RestoreUpdateSettings"
    CANCEL = "CancelUpdate"
