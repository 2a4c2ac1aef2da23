"""EC2 answers about instance types: those of the groups, of what runs, and what else a scenario knows."""

from __future__ import annotations

import re

from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.core.records import Shape
from simulator.world.ec2.prices import nominal_memory_mib
from simulator.world.parts import Parts

_GRAVITON = re.compile(r"[a-z]+-?\d+g[a-z]*\.")
MOST = 100


def known_types(world: Parts) -> dict[str, Shape]:
    """By name; where shapes of one name differ, that of a group counts."""
    running = {instance.shape.instance_type: instance.shape for instance in world.ec2.instances.values()}
    launched = {shape.instance_type: shape for group in world.groups.groups.values() for shape in group.shapes}
    return running | world.ec2.prices.extra_types | launched


def architecture(instance_type: str) -> str:
    return "arm64" if _GRAVITON.match(instance_type) else "x86_64"


def describe_instance_types(world: Parts, params: Params, _actor: str) -> Output:
    """A name that does not exist refuses them all; 100 a page.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
    """
    known, wanted = known_types(world), params.get("InstanceTypes", ())
    unknown = [name for name in wanted if name not in known]
    if unknown:
        message = f"The following supplied instance types do not exist: [{', '.join(unknown)}]"
        raise AwsError("InvalidInstanceType", message)
    if len(wanted) > MOST:
        raise AwsError("InvalidParameterValue", f"At most {MOST} instance types can be named.")
    shapes = [known[name] for name in wanted or sorted(known)]
    shapes = [shape for shape in shapes if all(_passes(shape, rule) for rule in params.get("Filters", ()))]
    size = min(params.get("MaxResults") or MOST, MOST)
    shown, token = page(shapes, params.get("NextToken"), size, error="InvalidNextToken")
    return {"InstanceTypes": [_shown(shape) for shape in shown], **({"NextToken": token} if token else {})}


def _passes(shape: Shape, rule: Output) -> bool:
    match rule["Name"]:
        case "instance-type":
            globs = [re.escape(value).replace(r"\*", ".*") for value in rule["Values"]]
            return any(re.fullmatch(glob, shape.instance_type) for glob in globs)
        case "processor-info.supported-architecture":
            return architecture(shape.instance_type) in rule["Values"]
        case name:
            raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")


def _shown(shape: Shape) -> Output:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html."""
    vcpus = shape.cpu // 1024
    shown: Output = {
        "InstanceType": shape.instance_type,
        "CurrentGeneration": True,
        "SupportedUsageClasses": ["on-demand", "spot"],
        "BareMetal": ".metal" in shape.instance_type,
        "ProcessorInfo": {"SupportedArchitectures": [architecture(shape.instance_type)]},
        "VCpuInfo": {"DefaultVCpus": vcpus, "DefaultCores": vcpus, "DefaultThreadsPerCore": 1},
        "MemoryInfo": {"SizeInMiB": nominal_memory_mib(shape)},
        "NetworkInfo": {"MaximumNetworkInterfaces": shape.task_enis + 1, "MaximumNetworkCards": 1},
    }
    if shape.gpus:
        gpu = {"Name": "T4", "Manufacturer": "NVIDIA", "Count": shape.gpus, "MemoryInfo": {"SizeInMiB": 16384}}
        shown["GpuInfo"] = {"Gpus": [gpu], "TotalGpuMemoryInMiB": 16384 * shape.gpus}
    return shown


OPERATIONS = {"DescribeInstanceTypes": describe_instance_types}
