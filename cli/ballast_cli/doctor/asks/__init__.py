"""What the doctor asks of AWS, each question by itself: one that is refused costs no other its answer."""
