"""Reviewing what a run found: its articles become a set, its events suggestions, and what a person saves labels."""
