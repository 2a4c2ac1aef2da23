"""Decide how an instance is emptied before it goes away. Pure: no clock, no AWS, no environment.

Read `view` (what a decision sees), `triggers` (what an event asks for), `starting`, `progressing`, `ending`, then
`voluntary` with `capacity` (may we?), `blockers` (why not yet?), `watching` (what others do) and `hooking` (our lifecycle hook).
"""
