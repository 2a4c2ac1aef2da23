"""Which Bottlerocket releases are new, taken back, unknown, or of a variant that gets no more of them?"""
