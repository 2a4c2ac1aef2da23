"""The way into Slack; with `aws` the only room that imports an SDK."""
