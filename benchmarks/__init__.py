"""Our claims, measured beside named peers; `make bench` prints them all."""
