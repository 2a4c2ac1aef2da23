"""How long does a fleet take from one Bottlerocket release to the next, and what does it cost? Ballast beside models of its peers."""
