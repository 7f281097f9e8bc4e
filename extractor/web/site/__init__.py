"""The pages of ``extractor serve`` for people: start, runs, articles and evaluations; they read and compute nothing."""
