"""Ballast: keeps ECS clusters on EC2 level. This is the map of its rooms; an import only goes down.

    shell                          the imperative shell: one file a function, and what they share
    aws, slack                     the borders: the only rooms with an SDK
    telemetry, clock               logs, metrics, the time; above the decisions, so that none can read them
    update                         what becomes of a rollout, its instances and its groups
    rebalance                      what is launched and what is given back
    answer                         a button that somebody pressed in Slack
    drain, releases, publish       an instance that goes; which releases there are; which message is due
    packing                        what to buy, what to give back, what fits where
    plans                          `Plan` and its actions
    words                          every sentence that a human reads, and every code
    facts                          what is true now
    policy                         what the operator allows
    records                        what is remembered, and the events of ours that carry it
    errors, value                  the ground

Follow one Spot warning, about i-1, from the handler of drain_instance:

 1. shell/batch      reads the record; one that cannot be read goes to the dead-letter queue, the others go on.
 2. drain/parse      the EventBridge event becomes SpotInterrupted("i-1", "terminate", at) (`records/event` is the frame).
 3. shell/find       asks which managed cluster has i-1 (`aws/ledger`, `aws/ecs`; `drain/sort_out`); with several, its group
                     tells which to ask first. shell/drain decides per cluster,
                     by drain/react, the one door from events to plans.
 4. drain/asks       the event asks for a forced drain, with a deadline two minutes later: a `Trigger`; it needs no more facts.
 5. shell/look       makes the `View` of i-1 (`facts/view`): what is true of it, and what was asked for.
 6. drain/start      answers the `Plan`: claim a `Disruption` (`records/disruption`), StartDraining, tell, record it.
 7. words/drain      the sentence of it: what, why, impact, next (`words/incident` says whom it is about).
 8. shell/execute    takes the plans of all instances together, in the order of their actions (`plans/actions`), and
    shell/perform    calls AWS: UpdateContainerInstancesState for ten instances at a time. i-1 is DRAINING.
 9. aws/eventbus     the notice goes to the bus, signed (`aws/seal`); a rule brings it to the queue of publish_notification, where
    shell/gate       tells it from what anybody may have sent.
10. shell/publish    the notice joins a conversation (`publish/due`, `publish/conversation`), and
    shell/deliver    brings each channel up to date: `publish/slack_blocks` to Slack at once, `publish/email` to SNS
                     half a minute later, by the sweep, when it is known what else belongs into the message.

`drain`, `update`, `publish` and `packing` follow one thing through their own files in the same way. The words that carry
the design are in docs/glossary.md.
"""

__version__ = "0.1.0"  # the only place that says it
