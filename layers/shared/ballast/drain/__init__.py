"""How is a container instance emptied before it goes away, and what becomes of the drain?

Every decision is a function of a `View` (what is true of one instance), what the ledger remembers (`Disruption`) and `now`;
it answers with a `Plan`. Follow one instance, i-1, whose Spot warning has come:

 1. parse        the EventBridge event becomes SpotInterrupted("i-1", "terminate", at), one of the values of `events`;
                 `sort_out` says with which cluster it is looked at.
 2. asks         it asks for a forced drain with a deadline two minutes later: a `Trigger`; of several the strongest counts.
                 Hardly anything has to be looked up for that; a drain that nobody forces needs tasks and neighbours (`needs`).
 3. start        nothing is known of i-1, so a drain begins (`begin`): claim it in the ledger, set it DRAINING, tell, record.
                 If something is known, the more urgent of the two sets the end (`join`).
 4. voluntary    only what is not forced is asked whether it may: policy, `budget`, and a place for every task (`proof`).
 5. progress     on every event and each minute: the next step. Tasks at the deadline are rolled back, stopped, or told to a
                 human with what holds them (`deadline`).
 6. end          an empty instance leaves its hook or is replaced; once EC2 has taken i-1 the record goes. Had it survived,
                 what was taken from it is given back (`give_back`).

Beside that path: `hook` puts our lifecycle hook where a group lacks it, `others` tells of what is not ours once it lasts.
"""
