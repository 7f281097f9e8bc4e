"""LABEL: what a person says that an article reports, read from files, checked against its text, saved, compared."""
