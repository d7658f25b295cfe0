"""The records of a service, and what is done with each while it is served."""
