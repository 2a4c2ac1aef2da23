"""The Price List query API: products of EC2 in the one Region of this world.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from simulator.world.core.core import REGION, Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.core.records import Shape
from simulator.world.ec2.prices import Price, nominal_memory_mib
from simulator.world.ec2.types_api import known_types
from simulator.world.parts import Parts

ON_DEMAND, RESERVED, HOURLY = "JRTCKXETXF", "4NA7Y494T4", "6YS6EN2CT7"  # the codes of AWS's offer terms and rates
# Beside the product of a plain Linux instance the list has others of its type, whose prices differ.
OTHERS: tuple[dict[str, str], ...] = (
    {"operatingSystem": "Windows", "operation": "RunInstances:0002"},
    {"tenancy": "Dedicated"},
    {"preInstalledSw": "SQL Web", "operation": "RunInstances:0200"},
    {"capacitystatus": "UnusedCapacityReservation"},
    {"capacitystatus": "AllocatedCapacityReservation"},
)


def get_products(world: Parts, params: Params, _actor: str) -> Output:
    """Each entry of PriceList is a string that holds JSON; up to 100 a page.

    An unknown field matches nothing. A price that is missing: no on-demand term, or no product, by the type's name.
    """
    if params["ServiceCode"] != "AmazonEC2":
        raise AwsError("NotFoundException", f"Invalid ServiceCode: {params['ServiceCode']}")
    products = [product for product in _products(world) if all(_passes(product, r) for r in params.get("Filters", ()))]
    size = min(params.get("MaxResults") or 100, 100)
    shown, token = page(products, params.get("NextToken"), size, error="InvalidNextTokenException")
    return {
        "FormatVersion": "aws_v1",
        "PriceList": [json.dumps(product) for product in shown],
        **({"NextToken": token} if token else {}),
    }


def _products(world: Parts) -> Iterable[Output]:
    book = world.ec2.prices
    if not book.listed:
        return
    for name, shape in sorted(known_types(world).items()):
        price = book.on_demand_price(shape)
        if price is not None or int(sha256(name.encode()).hexdigest(), 16) % 2:
            yield _product(world, shape, {}, price)
        for number, other in enumerate(OTHERS, start=2):
            dearer = price * number if not isinstance(price, str | None) else price
            yield _product(world, shape, other, 0 if other.get("capacitystatus", "")[:9] == "Allocated" else dearer)


def _passes(product: Output, rule: Output) -> bool:
    value = product["product"]["attributes"].get(rule["Field"])
    match rule["Type"]:
        case "TERM_MATCH" | "EQUALS":
            return bool(value == rule["Value"])
        case "CONTAINS":
            return value is not None and rule["Value"] in value
        case "ANY_OF":
            return value in rule["Value"].split(",")
        case "NONE_OF":
            return value not in rule["Value"].split(",")
        case other:
            raise AwsError("InvalidParameterException", f"Invalid filter type {other}")


def _product(world: Parts, shape: Shape, other: dict[str, str], price: Price | int) -> Output:
    attributes = {
        "servicecode": "AmazonEC2",
        "servicename": "Amazon Elastic Compute Cloud",
        "location": "US East (N. Virginia)",
        "locationType": "AWS Region",
        "regionCode": REGION,
        "instanceType": shape.instance_type,
        "instanceFamily": "General purpose",
        "currentGeneration": "Yes",
        "vcpu": str(shape.cpu // 1024),
        "memory": f"{nominal_memory_mib(shape) / 1024:g} GiB",
        "storage": "EBS only",
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "preInstalledSw": "NA",
        "licenseModel": "No License required",
        "capacitystatus": "Used",
        "marketoption": "OnDemand",
        "operation": "RunInstances",
        "usagetype": f"BoxUsage:{shape.instance_type}",
        **other,
    }
    sku = sha256(json.dumps(attributes).encode()).hexdigest()[:16].upper()
    terms = {"Reserved": _term(world, sku, RESERVED, shape, "0.0100000000")}
    if price is not None:
        terms["OnDemand"] = _term(world, sku, ON_DEMAND, shape, price if isinstance(price, str) else f"{price:.10f}")
    published = f"{world.clock.utc:%Y-%m-%d}T00:00:00Z"
    return {
        "product": {"productFamily": "Compute Instance", "attributes": attributes, "sku": sku},
        "serviceCode": "AmazonEC2",
        "terms": terms,
        "version": f"{world.clock.utc:%Y%m%d}000000",
        "publicationDate": published,
    }


def _term(world: Parts, sku: str, code: str, shape: Shape, price: str) -> Output:
    rate = f"{sku}.{code}.{HOURLY}"
    currency = world.ec2.prices.currency
    dimension = {
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"{price} {currency} per {shape.instance_type} Instance Hour",
        "appliesTo": [],
        "rateCode": rate,
        "pricePerUnit": {currency: price},
    }
    return {
        f"{sku}.{code}": {
            "priceDimensions": {rate: dimension},
            "sku": sku,
            "effectiveDate": f"{world.clock.utc:%Y-%m}-01T00:00:00Z",
            "offerTermCode": code,
            "termAttributes": {}
            if code == ON_DEMAND
            else {"LeaseContractLength": "1yr", "PurchaseOption": "No Upfront"},
        }
    }


OPERATIONS = {"GetProducts": get_products}
