"""A dump as a simulated AWS: what it shows through its APIs is what the dump holds.

`build` does it in order: cluster and prices, groups, instances, container instances, services, tasks, and then what is under
way. What the simulator does not model is said by `beyond`.
"""
