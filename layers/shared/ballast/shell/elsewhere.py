"""What a cluster's sweep has to know of other clusters: who is at home there, though its group or an old record is here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ballast.aws.ledger import Ledger
from ballast.drain.sort_out import home_of, is_connected
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.facts.which_record import the_record
from ballast.shell.find import see_elsewhere
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Seen from one cluster."""

    cluster: Cluster
    ledger: Ledger

    def views(self, held: Mapping[str, str]) -> list[View]:
        """Of instances that our hook holds, by group, and that this cluster does not list.

        One that another cluster lists is that one's, unless it does not know yet that its instances come from the group.
        One that none lists is for the first of the clusters of the group to look after.
        """
        clusters = self.ledger.clusters() if held else {}
        mine = {
            i
            for i, group in held.items()
            if home_of(group, self.cluster.name, clusters) is clusters.get(self.cluster.name)
        }
        if not mine:
            return []
        seen = see_elsewhere(mine, clusters.values())
        nowhere = [View(self.cluster, i) for i in sorted(mine - seen.records.keys() - seen.unsure)]
        return [*nowhere, *self._strays({i: held[i] for i in mine & seen.records.keys()}, seen.records, clusters)]

    def at_home(self, views: Sequence[View]) -> list[View]:
        """Those of the views whose instance is not connected by a record in another cluster."""
        whole = self.whole(views, {v.instance_id for v in views})
        return [v for v in whole if not any(r.agent_connected and r.cluster != self.cluster.name for r in v.others)]

    def whole(self, views: Sequence[View], instance_ids: Collection[str]) -> list[View]:
        """The views with the records that other clusters have of these."""
        wanted = {v.instance_id for v in views if v.instance_id in instance_ids and not is_connected(v.records)}
        others = (
            (cluster for name, cluster in self.ledger.clusters().items() if name != self.cluster.name) if wanted else ()
        )
        seen = see_elsewhere(wanted, others) if wanted else None
        if seen is None:
            return list(views)
        return [replace(v, others=(*v.others, *seen.records.get(v.instance_id, ()))) for v in views]

    def _strays(
        self,
        held: Mapping[str, str],
        records: Mapping[str, Sequence[ContainerInstance]],
        clusters: Mapping[str, Cluster],
    ) -> list[View]:
        found = []
        for instance_id, group in sorted(held.items()):
            instance = the_record(records[instance_id])
            if instance is None or group in clusters[instance.cluster].groups:
                continue
            home = clusters[instance.cluster]
            known = self.ledger.find([(home.name, instance_id)]).get(instance_id)
            if known is None or known.hook is None:
                others = tuple(r for r in records[instance_id] if r is not instance)
                found.append(View(home, instance_id, instance, known, others))
        return found
