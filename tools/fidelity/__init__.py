"""docs/fidelity.md: which behaviours of AWS does Ballast rely on, and how far is each of them shown?"""
