"""EVALUATE: the hand-labelled set, kept runs over it, their comparison, and the gate that a change must pass."""
