"""How long does a round of rebalancing take to decide, from snapshot to plan, and in how much memory?"""
