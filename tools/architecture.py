"""The picture of the stack, from template.yaml: which rules fill which queues, which function reads them, and what it may touch.

One band a function, from left to right. What a role asks for by a verb of reading is asked; everything else is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import load
from tools.picture import Box, Picture
from tools.roles import listed, statements_of

SERVICES = {
    "arc-zonal-shift": "zonal shifts",
    "autoscaling": "Auto Scaling",
    "aws.autoscaling": "Auto Scaling",
    "aws.ec2": "EC2",
    "aws.ecs": "ECS",
    "aws.health": "AWS Health",
    "aws.ssm": "Systems Manager",
    "ballast": "Ballast",
    "cloudwatch": "CloudWatch",
    "ec2": "EC2",
    "ecs": "ECS",
    "iam": "IAM",
    "pricing": "prices",
    "secretsmanager": "Secrets Manager",
    "ssm": "Systems Manager",
}
KINDS = {"AWS::DynamoDB::Table": "table", "AWS::SNS::Topic": "topic", "AWS::SQS::Queue": "queue"}
OF_EVERY_FUNCTION = {
    "dynamodb",
    "events",
    "kms",
    "logs",
    "sns",
    "sqs",
    "xray",
}  # what they are for has a box, or is plumbing
READS = ("BatchGet", "Describe", "Get", "List", "Query", "Scan")


@dataclass(frozen=True, slots=True)
class Band:
    """`inputs` are what reaches it, each with the lines of who sends it; `uses` are resources of the stack."""

    name: str
    says: str
    inputs: Sequence[tuple[str, str, Sequence[str]]]
    uses: Sequence[tuple[str, str]]
    asks: Sequence[str]
    changes: Sequence[str]


def architecture(root: Path) -> str:
    """The SVG."""
    path = root / "template.yaml"
    template, text = load(path), path.read_text(encoding="utf-8")
    resources = template["Resources"]
    functions = [name for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"]
    return drawn([_band(name, template, text) for name in functions])


def _band(name: str, template: Mapping[str, Any], text: str) -> Band:
    resources = template["Resources"]
    properties = resources[name]["Properties"]
    inputs = [_input(event, resources) for event in properties.get("Events", {}).values()]
    if "FunctionUrlConfig" in properties:
        inputs.append(("Function URL", "", ("HTTPS",)))
    uses: dict[str, str] = {}
    asks, changes = set[str](), set[str]()
    for statement in statements_of(name, template, text):
        if statement.values["Effect"] != "Allow":
            continue
        for word in _words(statement.values.get("Resource", ())):
            if kind := KINDS.get(resources.get(word, {}).get("Type", "")):
                uses[word] = kind
        for action in listed(statement.values["Action"]):
            _sort(action if isinstance(action, str) else action["Fn::If"][1], uses, asks, changes)
    own = {queue for queue, _, _ in inputs}
    used = [(word, kind) for word, kind in uses.items() if word not in own and not word.endswith("DeadLetters")]
    folder = properties["CodeUri"].removeprefix("functions/")
    return Band(folder, properties["Description"], inputs, used, sorted(asks - changes), sorted(changes))


def _sort(action: str, uses: dict[str, str], asks: set[str], changes: set[str]) -> None:
    service, _, verb = action.partition(":")
    if action == "events:PutEvents":
        uses["events"] = "bus"
    elif service not in OF_EVERY_FUNCTION:
        (asks if verb.startswith(READS) else changes).add(SERVICES.get(service, service))


def _input(event: Mapping[str, Any], resources: Mapping[str, Any]) -> tuple[str, str, Sequence[str]]:
    """A queue, where its letters end, and the rules that fill it; of another kind of event, its type."""
    if event["Type"] != "SQS":
        return event["Type"], "", ()
    [queue] = _words(event["Properties"]["Queue"])
    dead = next(_words(resources[queue]["Properties"].get("RedrivePolicy", {}).get("deadLetterTargetArn", ())), "")
    rules = [(name, each["Properties"]) for name, each in resources.items() if each["Type"] == "AWS::Events::Rule"]
    filled = [(name, rule) for name, rule in rules if any(queue in _words(each["Arn"]) for each in rule["Targets"])]
    return queue, dead, [f"{_source(rule)}: {name}" for name, rule in filled]


def _source(rule: Mapping[str, Any]) -> str:
    if schedule := rule.get("ScheduleExpression"):
        return f"every {schedule[5:-1].removeprefix('1 ')}"  # rate(1 minute)
    return ", ".join(SERVICES.get(each, each) for each in rule.get("EventPattern", {}).get("source", ())) or "any"


def _words(value: Any) -> Iterator[str]:
    """Logical ids that a value refers to."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:])
        case dict():
            for each in value.values():
                yield from _words(each)
        case list():
            for each in value:
                yield from _words(each)
        case _:
            pass


def drawn(bands: Sequence[Band]) -> str:
    picture = Picture()
    for band in bands:
        picture.begin(band.says)
        boxes = [picture.queue(name, f"then {dead}" if dead else "", senders) for name, dead, senders in band.inputs]
        function = picture.function(band.name, boxes)
        _right(picture, band, function)
        picture.end()
    return picture.text()


def _right(picture: Picture, band: Band, function: Box) -> None:
    for word, kind in band.uses:
        picture.use(function, kind, "notices, news" if kind == "bus" else word)
    for verb, services in (("changes", band.changes), ("asks", band.asks)):
        if services:
            picture.reach(verb, ", ".join(services))
