"""Asking a language model: the boundary, the client for any endpoint, the embedded model."""
