"""Where EC2 has no capacity: by type, zone and market, with the words and codes of AWS.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

# What asynchronous launches say in prose; typed answers have the code beside it.
MESSAGES = {
    "InsufficientInstanceCapacity": "We currently do not have sufficient {type} capacity in the Availability Zone you "
    "requested ({zone}). Our system will be working on provisioning additional capacity. You can currently get {type} "
    "capacity by not specifying an Availability Zone in your request or choosing another one.",
    "UnfulfillableCapacity": "Unable to fulfill capacity due to your request configuration. Please adjust your request "
    "and try again.",
    "Unsupported": "Your requested instance type ({type}) is not supported in your requested Availability Zone ({zone}).",
    "MaxSpotInstanceCountExceeded": "Max spot instance count exceeded.",
    "VcpuLimitExceeded": "You have requested more vCPU capacity than your current vCPU limit allows for the instance "
    "bucket that the specified instance type belongs to.",
    "MaxFleetCountExceeded": "Your quota allows for 0 more fleets.",
    "InsufficientFreeAddressesInSubnet": "There are not enough free addresses in subnet 'subnet-12345678' to satisfy "
    "the requested number of instances.",
    "ReservationCapacityExceeded": "The requested reservation does not have sufficient compatible and available "
    "capacity for this request.",
}
NO_SPOT = "There is no Spot capacity available that matches your request."


@dataclass(frozen=True, slots=True)
class Shortage:
    """None stands for every type, zone or market."""

    instance_type: str | None
    zone: str | None
    market: str | None  # spot, on-demand
    code: str
    message: str

    def holds(self, instance_type: str, zone: str, market: str) -> bool:
        asked = ((self.instance_type, instance_type), (self.zone, zone), (self.market, market))
        return all(short in (None, one) for short, one in asked)

    def worded(self, instance_type: str, zone: str, market: str) -> Shortage:
        message = NO_SPOT if market == "spot" and self.code == "InsufficientInstanceCapacity" else self.message
        return Shortage(instance_type, zone, market, self.code, message.format(type=instance_type, zone=zone))


@dataclass(slots=True)
class Shortages:
    known: list[Shortage] = field(default_factory=list)

    def of(self, instance_type: str, zone: str, market: str) -> Shortage | None:
        """The newest one that stands in the way, in words about this pool."""
        found = next((short for short in reversed(self.known) if short.holds(instance_type, zone, market)), None)
        return found.worded(instance_type, zone, market) if found else None
