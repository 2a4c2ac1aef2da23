"""How do notices become messages that people can bear? Grouped, edited in place, each told once.

Every decision is a function of a `Conversation` (what is known of incidents that belong together, and what its readers were
told), the grouping rules and `now`. Follow the notice that i-1 is set to DRAINING:

 1. events            it arrives as an event of ours; AWS's own failures and the sweep come the same way.
 2. due               its incident joins the conversation of its cluster and reason whose window is open, or opens one.
 3. conversation      takes it in: which step of which incident, how grave; a notice that is known already changes nothing.
 4. due               what goes to the topic and when: a page at once, anything else after half a minute of company; and
                      who delivers: one function at a time holds a channel's lease.
 5. wording           the conversation in words that all channels share, with its counts and links.
 6. slack_blocks      how it looks in Slack; `slack_steps` says whether to post, edit or reply, and what is true afterwards.
 7. email             how it looks on the topic: text for people, JSON for machines.

`flood` says which of those that Ballast has not signed are told, and which are only counted.
`tally` says what the digest of a day counts, and once per what (`shell/digest`, `aws/tallies`, `words/digest`).
`failing_services` makes notices of AWS's own failures once they last. `ports` is what the shell brings along.
"""
