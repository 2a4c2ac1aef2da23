"""Every sentence that a human reads and every code: one function a notice, beside others about the same thing.

A notice is said about an `Incident` (incident.py) under a `Code` (codes.py), whose section in docs/operating.md is the
runbook. So a new notice is its function here, its line in codes.py and its section there.
"""
