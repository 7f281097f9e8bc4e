"""Labels made and mended in the browser: the gold format of evals/guidelines.md, a form, files that git can diff."""
