"""Events: what a model is asked to fill, what we publish, and the code that computes the one from the other."""
