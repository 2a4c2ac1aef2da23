"""A model of AWS with virtual time: what the demo, the scenario tests and the chaos runs play in."""
