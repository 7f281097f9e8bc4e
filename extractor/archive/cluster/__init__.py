"""A run on many machines: shards of an archive, each worked off by the loop of one machine."""
