"""What the doctor makes of a snapshot: pure functions, each about one thing, in the order of `every.CHECKS`."""
