"""Who may read and do what: private reads, check-in, changing phones, limits, headers."""
