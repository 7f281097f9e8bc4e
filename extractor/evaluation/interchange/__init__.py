"""INTERCHANGE: labels as spans and relations, so that other tools can show, change and make them."""
