"""The ways out: one module per channel; together with `aws` the only place that imports an SDK."""
