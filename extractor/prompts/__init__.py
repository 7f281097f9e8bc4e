"""Prompt versions: read, locked, worded, checked and compared (the prompts themselves are in ``/prompts``)."""
