"""What did Ballast say since the last look? Its notices and the messages made from them, as happenings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.demo.messages import Told, from_slack, from_sns
from simulator.demo.story import Happening
from simulator.stage import Stage


@dataclass(slots=True)
class News:
    stage: Stage
    _bus_read: int = 0
    _seen: set[str] = field(default_factory=set)
    _slack_looks: list[int] = field(default_factory=list)  # how many looks of each message are told
    _published: int = 0

    def catch_up(self) -> list[Happening]:
        found = [*self._notices(), *self._slack(), *self._sns()]
        return sorted(found, key=lambda each: each.at_s)

    def _notices(self) -> Iterator[Happening]:
        events = self.stage.deployment.bus.events
        for put in events[self._bus_read :]:
            detail = put.event["detail"]
            if put.event["detail-type"] == "Ballast Notice" and detail["id"] not in self._seen:
                self._seen.add(detail["id"])
                say = f"notice {detail['severity'].upper()} {detail['code']}: {{it}}"
                yield Happening(put.at_s, "Ballast", say, detail["what"].rstrip("."), "notices", major=False)
        self._bus_read = len(events)

    def _slack(self) -> Iterator[Happening]:
        """A post, or the latest of the edits since the last look when it reads differently; threads repeat the notices."""
        for number, message in enumerate(self.stage.deployment.slack.messages):
            if number == len(self._slack_looks):
                self._slack_looks.append(0)
            known = self._slack_looks[number]
            self._slack_looks[number] = len(message.looks)
            if (
                message.thread_ts is None
                and len(message.looks) > known
                and (not known or message.text != message.looks[known - 1].text)
            ):
                yield _message("edited, now " if known else "", from_slack(message), message.looks[-1].at_s)

    def _sns(self) -> Iterator[Happening]:
        messages = self.stage.deployment.messages
        for message in messages[self._published :]:
            yield _message("", from_sns(message), message.at_s)
        self._published = len(messages)


def _message(verb: str, said: Told, at_s: float) -> Happening:
    return Happening(at_s, said.channel, f"{verb}{said.word} {{it}}", said.text, "messages", major=False)
