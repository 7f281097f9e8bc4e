"""Runs through a provider's batch API: half the price, an answer within a day, and nothing lost or sent twice."""
