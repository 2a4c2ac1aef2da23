"""How fast, and with how many AWS calls, do doomed instances stop getting work? Ballast beside models of its peers."""
