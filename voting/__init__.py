"""Questions, counting methods, legal majorities, tallies and the reasons for them. No I/O."""
