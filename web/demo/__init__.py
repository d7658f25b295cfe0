"""The demo: a sample hearing, and a script that plays most of its people from a separate process."""
