"""Which instances to buy, and which to give back, within a percent of the least possible cost.

Tasks that are interchangeable are one `Shape`, instances that can be bought are a `Pool`, an instance that runs is a
`Node`. There are four questions:

    lower_bound(demand, pools)         what can no plan undercut, and what is one copy's fair share of it?   bound
    plan_capacity(demand, pools)       which instances should be bought for this demand?                      planning
    plan_consolidation(nodes, …)       which of these instances can go, and where do their tasks go?          consolidation
    places(copies, rooms)              which of these copies fit into this free room, and where?              places

and `explain` splits a cost into bound, granularity and fragmentation.                                        model
All but `places` are about counts of shapes, never about single tasks; `places` is the proof that a drain asks for. Import
from the modules named on the right: this one loads none, so that a function loads only what it uses.

Follow one shape, `Shape("web", {"cpu": 512, "memory": 1024})`, 300 copies, through `plan_capacity`:

 1. checks       the input makes sense, or a ValueError says in one sentence what does not.
 2. problem      "cpu" and "memory" become columns, the shape becomes an item ((0, 512), (1, 1024)) and is merged with
                 other shapes that need the same; pools that a cheaper one dominates are dropped. All integers.
 3. bound        the item gets a fair value, say 0.0117 $/h; values x counts is a bound on the cost of any plan.
 4. patterns     instances are filled greedily by value for room; an item that ends up dear is worth more in the next
                 round (`planning`). That is already a plan.
 5. mixing       the patterns found are mixed by a linear program, whose prices ask for new ones (`patterns`), until the
                 mix costs hardly more than the bound.
 6. planning     whole instances of the mix are taken, the rest is planned again from 4. Then the items become shapes
                 again: PlannedInstances("m6a.xlarge", {"web": 8}, 37), …

`plan_consolidation` moves the copies of instances that cost more than their room is worth into free room on the others
(`rooms`), and plans what finds none as above. docs/decisions/0010-packing.md says why these methods, and what they win.

Everything is pure and deterministic: no clock, no randomness, no dependency, bounded work; only + - * / on floats, so the
same input gives the same answer on any machine. Money is US dollars per hour.
"""
