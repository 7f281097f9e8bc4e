"""Commands of the command line, one file per verb: parse options, one call, render."""
