"""Where is a function's handler? Imported from its CodeUri, as the template names it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from aws_lambda_powertools.utilities.parameters import clear_caches

from simulator.delivery.template import FunctionSpec

type Handler = Callable[[Any, Any], Any]


def _nothing() -> None:
    """Nothing is cached."""


@dataclass(frozen=True, slots=True)
class Code:
    """`forget_module` drops what the handler's module keeps for the life of an environment."""

    handler: Handler
    forget_module: Callable[[], object] = _nothing

    def forget(self) -> None:
        """Lose everything that an environment keeps in memory; call it with the function's variables set."""
        self.forget_module()
        clear_caches()  # type: ignore[no-untyped-call]  # as Powertools ships it

    @classmethod
    def load(cls, spec: FunctionSpec) -> Self:
        """Import the handler; FileNotFoundError when the template names a file that does not exist.

        A module says with `forget()` what it caches; one without is run again from its top.
        """
        module_name, _, function_name = spec.handler.rpartition(".")
        path = (spec.code / f"{module_name.replace('.', '/')}.py").resolve()
        if not path.exists():
            raise FileNotFoundError(f"Function {spec.name} has no {path}.")
        module = _imported(path) or _loaded(f"simulated_{spec.name}", path)

        def handler(event: Any, context: Any) -> Any:
            return getattr(module, function_name)(event, context)

        return cls(handler, getattr(module, "forget", partial(_run_again, module)))


def _imported(path: Path) -> ModuleType | None:
    """The module under the name by which tests import it, when a folder of sys.path leads to it."""
    for folder in map(Path, sys.path):
        root = folder.resolve()
        if path.is_relative_to(root) and root != path.parent:
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name is not None and name.startswith(error.name):
                    continue
                raise
            if module.__file__ is not None and Path(module.__file__).resolve() == path:
                return module
    return None


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run_again(module: ModuleType) -> None:
    if module.__spec__ is None or module.__spec__.loader is None:
        raise ImportError(f"{module.__name__} cannot be run again.")
    module.__spec__.loader.exec_module(module)
