"""`make package`: what deploys without a clone, in dist/ballast-VERSION/ (docs/install.md, docs/decisions/0068).

`zips` makes the archives from what `make build` built, `plain` the template without a transform, `target` is where it shall
go and what cannot be right about that, `tell` says how to upload and launch it, `upload` does the former.
"""
