"""SCORE: predicted events against labelled ones. Pure functions on events; no I/O."""
