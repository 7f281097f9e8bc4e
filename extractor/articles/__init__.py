"""Reading: from a file, page, record or stream to an ``Article`` with numbered sentences; ``read`` is the doorway."""
