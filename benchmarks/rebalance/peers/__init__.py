"""How do others keep a cluster's capacity? Models after their sources; see docs/decisions/0032-peers-of-rebalancing.md."""
