"""The closed vocabularies of the event schema (docs/schema.md), each an ordered tuple of its values.

Sources: the event types of conflict are ACLED's sub-event types (codebook 2024, in its order of precedence),
the political ones PLOVER's events, the sectors PLOVER's actor codes; status, standing and involvement follow
MUC-4 (1992) where it had them. Order is precedence: where tactics mix, the type nearer the front wins.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class EventType(StrEnum):
    """What happened; 42 values in three groups, most severe first within conflict."""

    ARMED_CLASH = "armed_clash"
    EXCESSIVE_FORCE_AGAINST_PROTESTERS = "excessive_force_against_protesters"
    PROTEST_WITH_INTERVENTION = "protest_with_intervention"
    PEACEFUL_PROTEST = "peaceful_protest"
    VIOLENT_DEMONSTRATION = "violent_demonstration"
    MOB_VIOLENCE = "mob_violence"
    CHEMICAL_WEAPON = "chemical_weapon"
    AIR_DRONE_STRIKE = "air_drone_strike"
    SUICIDE_BOMB = "suicide_bomb"
    SHELLING_ARTILLERY_MISSILE = "shelling_artillery_missile"
    REMOTE_EXPLOSIVE_LANDMINE_IED = "remote_explosive_landmine_ied"
    GRENADE = "grenade"
    SEXUAL_VIOLENCE = "sexual_violence"
    ATTACK = "attack"
    ABDUCTION_FORCED_DISAPPEARANCE = "abduction_forced_disappearance"
    AGREEMENT = "agreement"
    ARRESTS = "arrests"
    CHANGE_TO_GROUP_ACTIVITY = "change_to_group_activity"
    DISRUPTED_WEAPONS_USE = "disrupted_weapons_use"
    HEADQUARTERS_ESTABLISHED = "headquarters_established"
    LOOTING_PROPERTY_DESTRUCTION = "looting_property_destruction"
    NONVIOLENT_TRANSFER_OF_TERRITORY = "nonviolent_transfer_of_territory"
    DISPLACEMENT = "displacement"
    OTHER_STRATEGIC = "other_strategic"
    MEETING = "meeting"
    COOPERATION = "cooperation"
    SUPPORT = "support"
    AID = "aid"
    CONCESSION = "concession"
    DEMAND = "demand"
    ACCUSATION = "accusation"
    REJECTION = "rejection"
    THREAT = "threat"
    SANCTION = "sanction"
    COERCIVE_MEASURE = "coercive_measure"
    POLICY_DECISION = "policy_decision"
    LEADERSHIP_CHANGE = "leadership_change"
    ELECTION = "election"
    LEGAL_PROCEEDING = "legal_proceeding"
    CRIME = "crime"
    DISASTER_ACCIDENT = "disaster_accident"
    OTHER = "other"


class Status(StrEnum):
    """Whether it happened."""

    ACTUAL = "actual"
    ATTEMPTED = "attempted"
    PLANNED = "planned"
    THREATENED = "threatened"
    HYPOTHETICAL = "hypothetical"
    DENIED = "denied"


FUTURE: Final = frozenset({Status.PLANNED, Status.THREATENED})
"""Status of acts that had not happened when they were reported."""


class Standing(StrEnum):
    """What the event is to the article."""

    MAIN = "main"
    OTHER = "other"
    BACKGROUND = "background"
    AGGREGATE = "aggregate"


class Role(StrEnum):
    """What the actor did in the event."""

    INITIATOR = "initiator"
    TARGET = "target"
    PARTICIPANT = "participant"
    ASSOCIATE = "associate"
    INTERVENER = "intervener"


class Sector(StrEnum):
    """What kind of actor it is (PLOVER codes)."""

    GOV = "GOV"
    MIL = "MIL"
    COP = "COP"
    SPY = "SPY"
    JUD = "JUD"
    LEG = "LEG"
    PTY = "PTY"
    OPP = "OPP"
    PRM = "PRM"
    REB = "REB"
    UAF = "UAF"
    CRM = "CRM"
    CVL = "CVL"
    REF = "REF"
    JRN = "JRN"
    MED = "MED"
    EDU = "EDU"
    REL = "REL"
    BUS = "BUS"
    LAB = "LAB"
    SOC = "SOC"
    IGO = "IGO"
    NGO = "NGO"
    IDM = "IDM"
    UNK = "UNK"


class Involvement(StrEnum):
    """How sure the article is that the actor took part (MUC-4's perpetrator confidence)."""

    STATED = "stated"
    CLAIMED = "claimed"
    ACCUSED = "accused"
    ACCUSED_BY_AUTHORITIES = "accused_by_authorities"
    POSSIBLE = "possible"
    DENIED = "denied"


class Measure(StrEnum):
    """What is counted, always in persons."""

    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    ABDUCTED = "abducted"
    ARRESTED = "arrested"
    RELEASED = "released"
    DISPLACED = "displaced"
    PARTICIPANTS = "participants"


class Who(StrEnum):
    """Which persons are counted; identity goes before side."""

    ALL = "all"
    CIVILIANS = "civilians"
    WOMEN = "women"
    CHILDREN = "children"
    COMBATANTS = "combatants"
    INITIATOR_SIDE = "initiator_side"
    TARGET_SIDE = "target_side"


class Stance(StrEnum):
    """What a speaker does with the event."""

    NARRATED = "narrated"
    REPORTS = "reports"
    CONFIRMS = "confirms"
    ACCUSES = "accuses"
    CLAIMS_RESPONSIBILITY = "claims_responsibility"
    DENIES = "denies"


class TerritoryChange(StrEnum):
    """Who gained ground, for armed clashes and transfers of territory (ACLED)."""

    NONE = "none"
    GOVERNMENT_GAINS = "government_gains"
    NONSTATE_GAINS = "nonstate_gains"


class TimeBasis(StrEnum):
    """What an event's dates rest on."""

    EXPLICIT = "explicit"
    """The words alone give the dates ("3 June 2019", "in 2018"); no publication date is needed."""
    PARTIAL = "partial"
    """Part of a date, completed from the publication date ("on 5 May", "in September")."""
    RELATIVE = "relative"
    """Counted from the publication date ("yesterday", "on Sunday")."""
    PUBLICATION_BOUND = "publication_bound"
    """No time words: on or before publication."""
    NONE = "none"
    """Not resolved."""


class TimePrecision(StrEnum):
    """How wide the dated interval is."""

    DAY = "day"
    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class PlacePrecision(StrEnum):
    """How exactly the place is known."""

    SITE = "site"
    SETTLEMENT = "settlement"
    NEAR_SETTLEMENT = "near_settlement"
    ADMIN1 = "admin1"
    COUNTRY = "country"
    UNKNOWN = "unknown"


class CountForm(StrEnum):
    """How the article words a number."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    RANGE = "range"
    VAGUE = "vague"


class CheckName(StrEnum):
    """What code tries to confirm about a value (docs/schema.md, "Checks")."""

    QUOTED = "quoted"
    COUNT_SUPPORTED = "count_supported"
    PLACE_SUPPORTED = "place_supported"
    ACTOR_SUPPORTED = "actor_supported"
    WHEN_SUPPORTED = "when_supported"
    POLARITY = "polarity"
    IN_DATELINE_ONLY = "in_dateline_only"
    PUBLISHED_CONFLICT = "published_conflict"
    OUTSIDE_BODY = "outside_body"
    DATE_UNRESOLVED = "date_unresolved"
    TYPE_CUE_MISSING = "type_cue_missing"


class CheckResult(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


class Outcome(StrEnum):
    """How the extraction of one article ended."""

    OK = "ok"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    INVALID = "invalid"
    TOO_LARGE = "too_large"
    FAILED = "failed"
