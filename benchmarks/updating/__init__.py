"""How long does a fleet take from one Bottlerocket release to the next, and at what cost? Ballast beside models of its peers."""
