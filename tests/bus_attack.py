"""A line of news written for the tests, and the one event that a model of ``events@v1`` finds in it."""

from __future__ import annotations

import json

TEXT = "Gunmen of the Red Tide attacked a bus near Port Salu on Monday and killed nine people, the coast guard said."
EVENT = {
    "sentences": [1],
    "type": "attack",
    "status": "actual",
    "standing": "main",
    "when": "on Monday",
    "place": "Port Salu",
    "country": None,
    "actors": [{"name": "Gunmen", "role": "initiator", "sector": "UAF", "involvement": "stated"}],
    "counts": [{"measure": "killed", "who": "all", "words": "nine people", "source": "the coast guard"}],
    "speakers": [],
    "summary": "Gunmen attacked a bus and killed nine people.",
}
REPLY = json.dumps({"published": None, "events": [EVENT]})
