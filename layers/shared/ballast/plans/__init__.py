"""What to do, as values: a plan says why, and holds its actions in no order but that of the executor."""
