"""Ballast: keeps ECS clusters on EC2 level."""

__version__ = "0.1.0"  # the only place that says it
