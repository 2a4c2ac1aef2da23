"""EC2 answers about images: the public ones of Bottlerocket."""

from __future__ import annotations

from simulator.world.bottlerocket.host import API_ARCH
from simulator.world.core.core import Output, Params
from simulator.world.parts import Parts


def describe_images(world: Parts, params: Params, _actor: str) -> Output:
    """Only by id; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html."""
    [rule] = params["Filters"]
    found = ((image_id, world.bottlerocket.releases.of_image(image_id)) for image_id in rule["Values"])
    return {
        "Images": [
            {
                "ImageId": image_id,
                "Name": f"bottlerocket-{kind[0]}-{API_ARCH[kind[1]]}-v{release.version}-{release.commit}",
                "State": "available",
            }
            for image_id, known in found
            if known
            for kind, release in [known]
        ]
    }


OPERATIONS = {"DescribeImages": describe_images}
