"""What does the operator allow? Settings of the deployment, tags on clusters, windows, opt-outs."""
