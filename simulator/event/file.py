"""An event in a file: any JSON object, since AWS may send what nobody expects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class EventFileError(Exception):
    """One sentence for whoever named the file."""


def read_event(path: Path) -> dict[str, Any]:
    """The JSON object in the file; EventFileError when there is none."""
    try:
        event = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EventFileError(f"{path} cannot be read: {error.strerror}.") from error
    except json.JSONDecodeError as error:
        raise EventFileError(f"{path}, line {error.lineno}: this is no JSON: {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise EventFileError(f"{path} is no JSON that can be read: {type(error).__name__}.") from error
    if not isinstance(event, dict):
        raise EventFileError(f"{path} holds a JSON {type(event).__name__}, but an event is an object.")
    return event
