"""What becomes of a button that somebody pressed in Slack? Pure: a click and the conversation as it is stored in, a ruling out.

click   reads what Slack sends
rule    who may, once, for what was shown and still stands; several people where so many are asked for
"""
