"""The language of an article, or no answer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extractor.articles.language import detect_language

NEWS = {
    "en": "At least three people were killed on Sunday in an air strike on the city, the army said.",
    "de": "Bei einem Luftangriff auf die Stadt sind am Sonntag nach Angaben der Armee drei Menschen getötet worden.",
    "fr": "Au moins trois personnes ont été tuées dimanche dans une frappe aérienne sur la ville, selon l'armée.",
    "es": "Al menos tres personas murieron el domingo en un ataque aéreo contra la ciudad, según el ejército.",
    "ar": "قتل ثلاثة أشخاص على الأقل يوم الأحد في غارة جوية على المدينة، بحسب الجيش. ورفضت الحكومة هذه الاتهامات.",
    "fa": "دست کم سه نفر روز یکشنبه در حمله هوایی به این شهر کشته شدند، ارتش اعلام کرد. دولت این اتهامات را رد کرد.",
    "he": "לפחות שלושה בני אדם נהרגו ביום ראשון בתקיפה אווירית על העיר, כך מסר הצבא. הממשלה דחתה את ההאשמות.",
    "tr": "Ordunun açıklamasına göre pazar günü kente düzenlenen hava saldırısında en az üç kişi öldü.",
    "ru": "По меньшей мере три человека погибли в воскресенье в результате авиаудара по городу, сообщили в армии.",
    "uk": "Щонайменше троє людей загинули в неділю внаслідок авіаудару по місту, повідомили в армії.",
    "hi": "सेना के अनुसार रविवार को शहर पर हुए हवाई हमले में कम से कम तीन लोग मारे गए। सरकार ने आरोपों को खारिज किया।",
    "zh": "军方表示，周日对该市的空袭造成至少三人死亡。政府驳回了这些指控，并表示将展开调查。",
    "ja": "軍によると、日曜日の空爆で少なくとも3人が死亡した。政府はこの非難を否定し、調査すると述べた。",
    "sw": "Watu wasiopungua watatu waliuawa Jumapili katika shambulio la anga dhidi ya mji huo, jeshi lilisema.",
}


@pytest.mark.parametrize("code", NEWS)
def test_one_sentence_of_news_is_enough(code: str) -> None:
    """The language of one news sentence is told by its two-letter code."""
    assert detect_language(NEWS[code]) == code


def test_capitals_are_no_hindrance() -> None:
    """Wire copy in capitals is English, too."""
    assert detect_language((NEWS["en"] + " Officials confirmed it. ").upper() * 3) == "en"


def test_menus_do_not_decide() -> None:
    """Short lines in another language around the text are not asked."""
    assert detect_language("Home\nNews\nLive\nSport\n" * 5 + NEWS["de"]) == "de"


@pytest.mark.parametrize(
    "text", ["", "Hi", "Three people died.", "12345 67890 12345 67890 12345", "BEIRUT", "!!! ??? ...", "القوات"]
)
def test_too_little_text_has_no_language(text: str) -> None:
    """No answer is better than a wrong one."""
    assert detect_language(text) is None


def test_the_detector_is_not_loaded_when_the_language_is_given() -> None:
    """Reading an article whose language is known costs no detector."""
    code = (
        "import sys; from extractor.articles.read import article_from_text; "
        "article_from_text('Three people died in the town on Sunday, the army said.' * 5, language='en'); "
        "sys.exit('gcld3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
