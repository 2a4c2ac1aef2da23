"""One adapter per AWS service; the only place, with `channels`, that imports an SDK and the only one that reads ClientError."""
