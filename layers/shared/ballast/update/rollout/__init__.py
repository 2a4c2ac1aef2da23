"""A rollout as a whole: its target, permission, waves, batches, progress, and the word of operators."""
