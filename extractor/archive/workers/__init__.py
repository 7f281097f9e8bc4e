"""Processes beside the event loop that word questions and ground replies, so that a run uses all cores."""
