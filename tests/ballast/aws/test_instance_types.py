"""How big a type is, as EC2 says."""

from __future__ import annotations

from ballast.aws.instance_types import Size, sizes_of
from tests.aws_stubs import Stubs

LARGE = {
    "InstanceType": "g5.xlarge",
    "VCpuInfo": {"DefaultVCpus": 4},
    "MemoryInfo": {"SizeInMiB": 16384},
    "NetworkInfo": {"MaximumNetworkInterfaces": 4},
    "GpuInfo": {"Gpus": [{"Count": 1}]},
}


def asked(*names: str) -> dict[str, object]:
    return {"Filters": [{"Name": "instance-type", "Values": list(names)}]}


def test_a_type_is_asked_for_once_and_one_that_does_not_exist_is_left_out(aws: Stubs) -> None:
    aws.answers("ec2", "describe_instance_types", asked("g5.xlarge", "no.such"), {"InstanceTypes": [LARGE]})
    aws.answers("ec2", "describe_instance_types", asked("no.such"), {"InstanceTypes": []})

    assert sizes_of(["no.such", "g5.xlarge"]) == {"g5.xlarge": Size(4096, 16384, 1, 4)}
    assert sizes_of(["no.such", "g5.xlarge"]) == {"g5.xlarge": Size(4096, 16384, 1, 4)}


def test_where_ec2_refuses_nothing_is_known_and_it_is_asked_again(aws: Stubs) -> None:
    aws.refuses("ec2", "describe_instance_types", "UnauthorizedOperation")
    aws.answers("ec2", "describe_instance_types", asked("g5.xlarge"), {"InstanceTypes": [LARGE]})

    assert sizes_of(["g5.xlarge"]) == {}
    assert sizes_of(["g5.xlarge"])["g5.xlarge"].memory_mib == 16384
