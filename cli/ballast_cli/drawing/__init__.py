"""What draws a fleet, whoever looked at it: `status --watch`, the page of `what-if` and the demo share it."""
