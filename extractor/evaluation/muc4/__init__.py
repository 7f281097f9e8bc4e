"""IMPORT MUC-4: documents and answer keys of 1992 as a labelled set of this program."""
