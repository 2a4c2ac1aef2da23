"""What does rebalancing cost and win? In deciding, and in closed loop beside what others do."""
