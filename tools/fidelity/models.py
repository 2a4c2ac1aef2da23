"""Is what a row names in botocore's models of the services? A name such as `ecs.ListTasks.input.desiredStatus=STOPPED`."""

from __future__ import annotations

import re
from functools import cache

import botocore.session
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

NAME = re.compile(r"([\w-]+)\.(\w+)(?:\.(input|output|errors))?((?:\.\w+)*)(?:(=|<=)([\w.:/-]+))?")


@cache
def _service(name: str) -> ServiceModel | None:
    session = botocore.session.get_session()
    return session.get_service_model(name) if name in session.get_available_services() else None


def why_not_in_models(name: str) -> str | None:
    """SERVICE.OPERATION, then .input or .output with the path of a member, and =VALUE of an enumeration or <=NUMBER.

    `.errors=CODE` is an error that the operation declares. Lists are passed through to their members.
    """
    found = NAME.fullmatch(name)
    service = _service(found[1]) if found else None
    if found is None or service is None:
        return f"{name}: no such service, or not SERVICE.OPERATION.input.MEMBER"
    if found[2] not in service.operation_names:
        return f"{name}: {found[1]} has no operation {found[2]}"
    operation = service.operation_model(found[2])
    if found[3] == "errors":
        codes = {str(error.metadata.get("error", {}).get("code", error.name)) for error in operation.error_shapes}
        return None if found[6] in codes else f"{name}: the operation declares only {sorted(codes)}"
    shape: Shape | None = operation.output_shape if found[3] == "output" else operation.input_shape
    for step in found[4].split(".")[1:]:
        shape = _inside(shape)
        if not isinstance(shape, StructureShape) or step not in shape.members:
            return f"{name}: there is no member {step}"
        shape = shape.members[step]
    return _why_not(name, shape, found[5], found[6])


def _inside(shape: Shape | None) -> Shape | None:
    while isinstance(shape, ListShape):
        shape = shape.member
    return shape


def _why_not(name: str, shape: Shape | None, relation: str | None, value: str) -> str | None:
    if relation == "=":
        values = getattr(_inside(shape), "enum", [])
        return None if value in values else f"{name}: the values are {values}"
    if relation == "<=":
        most = shape.metadata.get("max") if shape else None
        return None if str(most) == value else f"{name}: the model says at most {most}"
    return None
