"""Pages, as AWS cuts them."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.world.core.errors import AwsError


def page[T](
    items: Sequence[T], token: str | None, size: int, *, error: str = "InvalidParameterException"
) -> tuple[list[T], str | None]:
    """The items of the page that `token` names, and the token of the next page, if there is one."""
    if token is not None and not token.removeprefix("page-").isdigit():
        raise AwsError(error, "Invalid token")
    start = int(token.removeprefix("page-")) if token else 0
    end = start + size
    return list(items[start:end]), f"page-{end}" if end < len(items) else None


def page_size(asked: int | None, default: int, most: int) -> int:
    """Raises InvalidParameterException when more is asked for than AWS gives in one page."""
    if asked is not None and not 1 <= asked <= most:
        raise AwsError("InvalidParameterException", f"maxResults must be between 1 and {most}.")
    return default if asked is None else asked


def at_most(items: Sequence[object], most: int, name: str) -> None:
    """Raises InvalidParameterException for a request with too many items."""
    if len(items) > most:
        raise AwsError("InvalidParameterException", f"{name} can have at most {most} items.")
