"""Ballast: keeps ECS clusters on EC2 level."""
