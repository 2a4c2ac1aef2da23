"""Which instances are ill, is that their own fault, and which one is replaced next? `round` is the door into the room.

A repair is a voluntary disruption: what is decided here only begins it, and `drain` carries it out within the budget.
"""
