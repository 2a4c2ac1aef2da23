"""What is remembered: the ledger's records, the words of operators, and the events of ours that carry them."""
