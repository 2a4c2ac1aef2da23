"""README's table of parameters and the runbook's table of tags, from the table of settings."""

from __future__ import annotations

from ballast.policy.settings import SETTINGS, Setting


def readme_table() -> str:
    """Every parameter; the limits of a number stand behind its sentence."""
    rows = [
        _row(_code(row.parameter), _default(row), _limited(row), _code(row.tag)) for row in SETTINGS if row.parameter
    ]
    return "\n".join(["| Parameter | Default | Meaning | Cluster tag |", "|---|---|---|---|", *rows])


def runbook_table() -> str:
    """Every tag, with what the runbook says where that is more than README does."""
    rows = [
        _row(_code(row.tag), row.reader.values, _code(row.parameter), row.of_tag or row.says)
        for row in SETTINGS
        if row.tag
    ]
    return "\n".join(["| Tag | Values | Parameter | Meaning |", "|---|---|---|---|", *rows])


def _row(*cells: str) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _default(row: Setting) -> str:
    return _code(row.default or "") or "empty"


def _limited(row: Setting) -> str:
    return f"{row.says} ({row.reader.limits})" if row.reader.limits else row.says
