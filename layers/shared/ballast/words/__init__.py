"""Every sentence about instances that a human reads, one function a notice; the codes are the anchors of docs/operating.md."""
