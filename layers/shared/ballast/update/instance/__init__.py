"""One instance on its way through an update."""
