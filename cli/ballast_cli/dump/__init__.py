"""`ballast dump`: one cluster as a file, read-only and without secrets.

`records` is the format: a field that is not there cannot get into a file. `reading` checks a file against it, `writing` writes
one, `ask` asks AWS, `anonymise` gives every name another one that keeps its place in the order, so that plans stay the same.
"""
