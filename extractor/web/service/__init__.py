"""The HTTP service: who may ask, how much, and the same extractions as on the command line."""
