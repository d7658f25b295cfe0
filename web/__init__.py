"""The service: HTTP, live updates, pages, paper, people, command line."""
