"""Scores of the scene: type, time, place and site. Each gives bits and a reason, or None where a side is silent."""

from __future__ import annotations

from functools import lru_cache
from math import log2
from typing import TYPE_CHECKING, Final

from extractor.archive.linking.families import families_of
from extractor.events.countries import country_name
from extractor.scoring.credit_names import HALF, holds_run
from extractor.scoring.credit_type import types_credit
from extractor.scoring.credit_where import kilometres, place_name

if TYPE_CHECKING:
    from extractor.archive.linking.mentions import Place
    from extractor.archive.linking.spans import Span
    from extractor.events.vocabulary import EventType

Said = tuple[float, str]
"""Bits and the reason."""

_SAME_TYPE, _AKIN, _FAMILY, _UNLIKE = 2.0, 0.5, -1.0, -8.0
SAME_DAY: Final = 6.0
_GAPS: Final = ((1, -1.0), (2, -4.0), (4, -6.0), (14, -8.0))
"""Days between the spans up to which a contradiction weighs so much: reports are off by a day, seldom by two."""
_FAR_APART: Final = -10.0
_SOFT_AGREES: Final = 2.0
_SOFT_GAPS: Final = ((1, 0.5), (4, -1.0), (11, -3.0), (30, -5.0))
"""The same where a side has no word of time, only a day of publication."""

SAME_PLACE: Final = 6.0
_NEAR: Final = ((5.0, 5.5), (15.0, 3.0), (40.0, -1.0), (100.0, -4.0))
"""Kilometres up to which two settlements weigh so much: one report names the village, another the town."""
_ELSEWHERE: Final = -8.0
_HELD: Final = 4.0
_OTHER_NAME: Final = -3.0
_SAME_REGION, _OTHER_REGION, _SAME_COUNTRY, _OTHER_COUNTRY = 3.0, -7.0, 1.0, -10.0
_BORDER_KM: Final = 15.0
_SAME_SITE, _OTHER_SITE = 2.0, -2.0


@lru_cache(maxsize=4096)
def type_part(one: EventType, other: EventType) -> Said:
    """Compare types: the same, of one kind, or of one family of types that reports mix up."""
    if one is other:
        return _SAME_TYPE, f"both {one.value}"
    if types_credit((one,)).get(other) == HALF:
        return _AKIN, f"{one.value} and {other.value} are akin"
    if families_of(one) & families_of(other):
        return _FAMILY, f"{one.value} and {other.value} are mixed up at times"
    return _UNLIKE, f"{one.value} is not {other.value}"


def time_part(one: Span | None, other: Span | None) -> Said | None:
    """Compare spans: the narrower the days on which they agree, the more; the further apart, the less."""
    if one is None or other is None:
        return None
    gap = max(one.start, other.start) - min(one.end, other.end)
    if one.firm and other.firm:
        if gap > 0:
            return _stepped(_GAPS, gap, _FAR_APART), f"{gap} day{'s' if gap > 1 else ''} apart"
        days = max(one.days, other.days)
        agreed = "the same day" if days == 1 else f"both within {days} days"
        return max(0.0, SAME_DAY - log2(days)), agreed
    if gap > 0:
        return _stepped(_SOFT_GAPS, gap, _FAR_APART / 2), f"published {gap} days too far apart"
    days = max(one.days, other.days)
    return max(0.0, _SOFT_AGREES - max(0.0, log2(days / 4))), "by their days of publication it fits"


def place_part(one: Place, other: Place) -> Said | None:  # noqa: PLR0911 - a table of cases, the surest first
    """Compare places, as deep as both go."""
    apart = kilometres(one.point, other.point)
    if one.country and other.country and one.country != other.country:
        if apart is not None and apart <= _BORDER_KM:
            return 0.0, "either side of a border"
        return _OTHER_COUNTRY, f"{country_name(one.country)} is not {country_name(other.country)}"
    if one.geonameid is not None and one.geonameid == other.geonameid:
        return SAME_PLACE, "the same settlement"
    if apart is not None:
        return _stepped(_NEAR, apart, _ELSEWHERE), f"{apart:.0f} km apart"
    if one.names and other.names:
        return _by_name(one, other)
    if one.admin1 and other.admin1:
        same = one.admin1 == other.admin1
        return (_SAME_REGION, "the same region") if same else (_OTHER_REGION, f"{one.admin1} is not {other.admin1}")
    if one.country and other.country:
        return _SAME_COUNTRY, "the same country"
    return None


def _by_name(one: Place, other: Place) -> Said:
    """Compare settlements of which at least one has no coordinates."""
    regions = one.admin1 and other.admin1
    if one.names & other.names:
        if regions and one.admin1 != other.admin1:
            return _OTHER_REGION / 2, "the same name in two regions"
        return (SAME_PLACE if one.country and other.country else _HELD), "the same name"
    if _holds(one, other) or _holds(other, one):
        return _HELD, "the words of one hold the name of the other"
    if regions and one.admin1 != other.admin1:
        return _OTHER_REGION, "other names in other regions"
    return _OTHER_NAME, "other names"


def _holds(one: Place, other: Place) -> bool:
    said = place_name(one.said)
    return any(holds_run(said, name) for name in other.names if name)


def site_part(one: Place, other: Place) -> Said | None:
    """Compare where in the settlement it was; sites differ only in one settlement, elsewhere words do."""
    if not one.site or not other.site:
        return None
    shared = one.site & other.site
    if shared:
        return _SAME_SITE, f"both at: {' '.join(sorted(shared))}"
    if one.geonameid is None or one.geonameid != other.geonameid:
        return (_OTHER_SITE, _sites(one, other)) if one.names & other.names else None
    return _OTHER_SITE, _sites(one, other)


def _sites(one: Place, other: Place) -> str:
    return f"{' '.join(sorted(one.site))}; {' '.join(sorted(other.site))}"


def _stepped(steps: tuple[tuple[float, float], ...], value: float, beyond: float) -> float:
    return next((bits for limit, bits in steps if value <= limit), beyond)
