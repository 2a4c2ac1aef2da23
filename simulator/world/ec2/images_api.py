"""EC2 answers about images: the public ones of Bottlerocket, and copies of them."""

from __future__ import annotations

from simulator.world.bottlerocket.host import API_ARCH
from simulator.world.core.core import Output, Params
from simulator.world.parts import Parts

AMAZON = "092701018921"  # what owns Bottlerocket's images differs by partition and Region; its alias is amazon in all


def describe_images(world: Parts, params: Params, _actor: str) -> Output:
    """Only by id; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html."""
    [rule] = params["Filters"]
    return {"Images": [shown for image_id in rule["Values"] if (shown := _shown(world, image_id))]}


def _shown(world: Parts, image_id: str) -> Output:
    """`ImageOwnerAlias` is there for images of AWS only: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Image.html."""
    releases = world.bottlerocket.releases
    known, copy = releases.of_image(image_id), releases.copies.get(image_id)
    if known is None:
        return {}
    (variant, arch), release = known
    public = f"bottlerocket-{variant}-{API_ARCH[arch]}-v{release.version}-{release.commit}"
    owner = {"OwnerId": copy.owner} if copy else {"OwnerId": AMAZON, "ImageOwnerAlias": "amazon"}
    return {
        "ImageId": image_id,
        "Name": copy.name if copy else public,
        "Public": copy is None,
        "Architecture": arch,
        "State": "available",
        **owner,
    }


OPERATIONS = {"DescribeImages": describe_images}
