"""How does a Bottlerocket release reach the instances of a cluster? Announced, approved, canaried, verified, halted or undone.

Every decision is a function of a `Fleet` (the hosts of one variant and architecture, and their policy), the `Rollout` that
the ledger remembers, and `now`; `plan` asks them all. Follow one instance, i-1, from 1.62.1 to 1.64.0:

 1. events             something moved: look at the cluster, or carry out what an operator said (`rollout/obey`).
 2. rollout/target     1.64.0 is wanted and somebody runs less: a rollout waits for its approval.
 3. permit             it may go on: no freeze, no closed calendar, a window that is long enough, no reason to halt.
 4. permit             i-1 is neither excluded nor on target, so it is among those to do.
 5. waves              the canary is through, and the wave has room for i-1.
 6. instance/stage     it is asked for its state (`instance/ask`), then downloads 1.64.0 while it serves.
 7. rollout/batches    it drains with others, as many as the budget allows and as have a place for all their tasks.
 8. instance/reboot    once empty it reboots; it serves again on exactly 1.64.0, else it is given up (`instance/give_up`).
 9. rollout/progress   the wave ends and bakes, the next one begins, or the rollout is done.

With the strategy `replace`, steps 5 to 9 are Auto Scaling's instance refreshes, one a step (`groups/replace`, `groups/watch`,
`groups/steps`), whose instances are verified before the next (`groups/verify`). Once a rollout is over, launch templates
follow it and drift is told (`groups/templates`, at times that `groups/due` knows); once one is halted they go back first
(`groups/set_back`). What a host did not hear when it was given up is owed to it (`instance/owed`).
"""
