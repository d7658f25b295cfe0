"""A hearing from notice to follow-up, as a pure fold over its acts. No I/O."""
