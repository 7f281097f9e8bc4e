"""Exports: what a run found, in the shapes that other programs read. They take extractions and know no store."""
