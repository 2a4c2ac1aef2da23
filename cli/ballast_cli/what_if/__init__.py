"""`ballast what-if`: the product's own handlers and planners on a simulated AWS that is built from a dump.

The only room of the command that imports the simulator, and nobody imports it before somebody asks what if
(docs/decisions/0060-what-if-plays-the-product.md).

 1. options      what is asked: a file or a live look, an event, a release, days, policies; refused in one sentence.
 2. world        the simulated AWS that shows what the dump shows.
 3. theatre      the deployment in front of it, with the parameters of the stack or of a policy file.
 4. plan         what rebalancing sees and decides at once: by the product's observer and planner.
 5. play         the handlers run for some minutes or days; what they changed is written down.
 6. answer       all of it as one value, which `text` and `beside` (several policies) and `--json` show.
"""
