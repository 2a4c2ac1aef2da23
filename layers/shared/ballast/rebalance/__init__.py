"""What is to be done about the capacity of a cluster? Place what does not fit, keep room, give back what stands half empty.

Every decision is a function of a `Snapshot` (the cluster at one moment, what is remembered, the budget that all voluntary
acts share), the `RebalancePolicy` and `now`; `round.plan_round` asks them in this order, and `round.METHODS` says why:

 1. parts          a part is a capacity provider with its group: `own`, `assist` (ECS scales it) or `report` (with the reason).
 2. settle         a move under way takes its next step, or is undone (`settle_launch` where it waits for a launch).
 3. shortages      what a launch was refused with puts pools aside, for longer each time (`remember`); `refusals`: what is next.
 4. demand         tasks that should run and are on no instance, less existing and coming room; `impossible` ones are told.
 5. scale_out      the rest is launched for: `pools` says what would come, `thrift` whose instances
                   are worth their price, packing how many, `headroom` what to keep free.
 6. rests          is the part left alone? After whatever changed its size, and before a scheduled action will.
 7. removable      why does this instance stay? A reason in words, and the service that blocks it (`services`, `stays`).
 8. idle           empty ones go, above the headroom.
 9. consolidate    those go whose tasks fit on `receivers`, within `limits`: zones, group, and the `floor` that ECS holds.
10. exchange       what is left goes for cheaper, which is launched first.
11. revalidate     just before it is done a plan is asked again, with fresh answers.
12. explain        what is paid is bound + granularity + headroom + blocked + fragmentation, to the millionth of a dollar.

What comes out are `acts`. `asks` turns tasks into packing's shapes, `ground` is what the methods share of one snapshot;
`learned` and `sizes` say what an instance will have that is not there yet.
docs/decisions/0029-rebalancing-decisions.md says why, and what AWS does not document.
"""
