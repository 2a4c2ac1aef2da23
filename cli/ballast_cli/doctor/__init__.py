"""`ballast doctor`: what keeps Ballast from working, where, and the command that mends it. It changes nothing.

`asks` looks at AWS and makes a `Snapshot`, each part of which is known or `Unseen`; `checks` are pure, each makes findings of
it; `text` prints them, `document` is the same for machines; `run` joins the three.
"""
