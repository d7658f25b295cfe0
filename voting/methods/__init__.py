"""Counting methods: one file each, one small protocol, the same validator at cast and at count."""
