"""Auto Scaling groups of a rollout: their instance refreshes and launch templates."""
