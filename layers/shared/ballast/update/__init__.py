"""How does a Bottlerocket release reach the instances of a cluster? Announced, approved, canaried, verified, halted or undone.

Pure: every decision is a function of a snapshot (`Fleet`), what the ledger remembers (`records`), the policy and `now`.
Follow one instance: `selecting` picks it, `batches` proves that it may go, `stepping` takes it through its stages.
"""
