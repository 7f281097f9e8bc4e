"""Many articles: a run over an archive that survives being killed, and what can be done with it afterwards."""
