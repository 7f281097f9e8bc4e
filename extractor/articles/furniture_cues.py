"""The words by which page furniture gives itself away, one table per kind; ``furniture`` says where each applies.

Sources: the furniture of FA-KES (15 outlets; samples were read, nothing is fitted to them) and the house style of wire
services (sign-offs, photo credits, corrections). English, as the cues of ``events`` are; in other languages only the
kinds that are known by shape (menus, breadcrumbs, links, handles, dates) are marked.
"""

from __future__ import annotations

import re
from typing import Final

from extractor.articles.datelines import AGENCY

NAVIGATION: Final = frozenset(
    "home menu search share tweet email e-mail mail print facebook twitter whatsapp linkedin telegram reddit "  # noqa: SIM905 - a table of words reads best as words
    "pinterest instagram youtube tumblr messenger flipboard pocket viber vk rss sms comment comments "
    "advertisement advertisements advertising ad ads sponsored promoted login signin subscribe subscriber "
    "subscription newsletter newsletters follow skip navigation breadcrumb toggle next previous prev gallery "
    "slideshow photos videos video audio listen podcast podcasts bookmark save copy link copied url shares "
    "print-friendly facebooktwitter google google+ plus tags tag topics category categories archive archives "
    "rss feed feeds contact privacy policy terms conditions cookie cookies sitemap faq careers jobs app apps "
    "download photo caption credit recommended trending popular latest register account donate".split()
)
"""A line made of these, glue and numbers alone is a control of the page, not text; it needs one of these."""

NAVIGATION_GLUE: Final = frozenset(
    "a an the to us on in of for by via with and or & | / - – — • · » › > this page article story news our main "  # noqa: SIM905 - a table of words reads best as words
    "site my your now up out from it here x + : stories articles edition site website friend a-z you "
    "more read also get back top see show view all load text size font content related like sign log about".split()
)

CONTROL_LINE: Final = re.compile(r"(?:sign|log) (?:in|up|out|on)(?: (?:here|now))?[.!]?", re.IGNORECASE)

GENRES: Final = re.compile(
    r"(?:analysis|opinion|comment(?:ary)?|explainer|explained|background|profile|timeline|factbox|live(?: updates)?"
    r"|interview|exclusive|update)\s*:",
    re.IGNORECASE,
)
"""What heads the article's own headline as often as another's; before the body it is no pointer."""

SECTION_HEADS: Final = re.compile(
    r"(?:related|recommended|more (?:stories|news|articles|from|on|in|about|like)"
    r"|most (?:read|popular|viewed|shared|commented)"
    r"|trending|(?:also|must)[ -]read|read (?:also|more|next|on|the full)|see also|you (?:may"
    r"|might) (?:also )?(?:like|be)"
    r"|editor'?s['’]? (?:picks?|choice)|top (?:stories|news)|latest (?:news|stories|from|headlines|updates)"
    r"|further reading"
    r"|other (?:stories|news|articles)|in (?:other|related) news|up next|what to read next|don['’]t miss"
    r"|popular (?:now|stories|on)"
    r"|from (?:our|the) (?:archive|web)|around the web|promoted (?:stories|content)|sponsored|similar (?:stories"
    r"|articles)"
    r"|external links|sister links|related (?:news|links|stories|articles|topics|content|posts))\b",
    re.IGNORECASE,
)
"""A short line that starts so heads a list of links to other stories."""

POINTERS: Final = re.compile(
    r"(?:(?:please )?(?:also )?(?:read|see|watch|listen|view|explore|discover)"
    r"(?: (?:more|also|next|now|here|on|full|the full \w+|this|it|our \w+))*\s*[:|>»›]"
    r"|click (?:here|on|to)\b|tap (?:here|to)\b|(?:read|see) more(?: |$)"
    r"|(?:also read|read also|see also|must read)\b"
    r"|(?:for|to) (?:more|read|see|view)\b[^.]{0,60}\b(?:click|visit (?:our|www|http))"
    r"|(?:story|article|report|text) (?:continues|continued) below\b|continue reading\b|scroll (?:down|to)\b"
    r"|skip (?:to|past|advert)\b)",
    re.IGNORECASE,
)
"""Pointers to other stories, or to the rest of this one."""

POINTER_LABELS: Final = re.compile(
    r"(?:related|recommended|more|opinion|analysis|explainer|explained|in pictures|in photos|gallery|photos|video"
    r"|podcast|profile|timeline|factbox|live updates|live blog|background)"
    r"(?: (?:stories|story|articles?|news|coverage|content|reading|links?|topics?|on \w+))?\s*:\s",
    re.IGNORECASE,
)
"""Labels of links; a link is a headline and has no full stop."""

OFFER_IMPERATIVES: Final = re.compile(
    r"(?:please )?(?:sign up|subscribe|stay (?:informed|updated|connected|ahead|tuned|in touch|on top|up to)"
    r"|download|follow|like us|enter your|never miss|don['’]?t miss|thank(?:s| you) for (?:reading|signing"
    r"|subscri\w+)"
    r"|want (?:more|to)|tell us|let us know|share (?:your|this)|send (?:us|your)|e-?mail us|call us|find us"
    r"|sign in|log in|create (?:an?|your)|start your|keep up with|check out|connect with us|be the first to"
    r"|turn on|please (?:read|fill|enable|note|support|donate|whitelist|disable|consider))(?![-\w])",
    re.IGNORECASE,
)
"""Imperatives that only the page itself speaks; an offer needs one of OFFER_NOUNS as well."""

OFFER_OPENINGS: Final = re.compile(
    r"(?:get|receive|support|donate|become|help us|join|register|contact|visit|browse|choose|try|write to"
    r"|find out|have you(?:r)?"
    r"|do you|did you|if you|you(?:['’]ve| have)|our (?:daily|weekly|free|newsletter)"
    r"|a (?:daily|weekly)|the (?:daily|weekly)|allow|enable|for (?:more|further|all|the latest|media|press"
    r"|inquiries|enquiries)|to (?:receive|get|subscribe|comment|read|view|learn|find"
    r"|contact|report|submit|continue))(?![-\w])",
    re.IGNORECASE,
)
"""Openings that news shares; an offer needs OFFER_NOUNS and one of SECOND_PERSON, or to be a bare line."""

SECOND_PERSON: Final = re.compile(
    r"\b(?:you|your|click|subscribe|sign up|please|our newsletter|become an?)\b", re.IGNORECASE
)

OFFER_NOUNS: Final = re.compile(
    r"\b(?:newsletters?|alerts?|inbox|e-?mails?|email address|notifications?|our (?:\w+ )?(?:apps?|channels?"
    r"|podcasts?|page|website|site|journalism|coverage|newsroom|reporters|journalists)|subscriptions?"
    r"|subscribers?|free trial"
    r"|(?:free|premium) (?:articles?|account|access)|unlimited access|member(?:ship)?s? (?:today|now|and|to"
    r"|of our)|a (?:member|supporter|patron)\b|"
    r"your (?:account|password|comments?|views?|story|stories|thoughts|opinion|friends|browser|settings"
    r"|feedback|subscription|phone|home screen)"
    r"|(?:on|via|at) (?:facebook|twitter|x|instagram|youtube|telegram|whatsapp|linkedin|tiktok)\b|app store"
    r"|google play|this (?:form|article|story|page|post)"
    r"|fill (?:out|in)|javascript|cookies?|ad\s?-?blocker|us (?:at|on|via|by)|breaking news|latest (?:news"
    r"|updates|headlines|stories)|"
    r"more (?:news|stories|information|details|like this)|(?:click|visit) (?:here|www|http)|terms (?:of|and)"
    r"|signing up|quality journalism"
    r"|independent (?:journalism|media|news)|a (?:daily|weekly) (?:newsletter|digest|round-?up|briefing))\b|@\w+"
    r"|\bwww\.|https?:",
    re.IGNORECASE,
)


def _notices(*rows: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((trigger, re.compile(pattern, re.IGNORECASE)) for trigger, pattern in rows)


NOTICES: Final = _notices(
    # copyright and republication
    ("rights reserved", r"\ball rights reserved"),
    ("©", r"©\s*(?:copyright\s*)?(?:\d{4}|(?-i:[A-Z]))|\d{4}\s*©"),
    ("(c)", r"\(c\)\s*(?:copyright\s*)?\d{4}"),
    ("copyright", r"(?:^|\s)copyright\s*(?:©|\(c\)|[^\w\s]*\s*\d{4}|by\s(?-i:[A-Z])|(?-i:[A-Z])\w+ \d{4})"),
    ("republish", r"\brepublish(?:ing)? (?:this|our|the) (?:content|article|story|piece|material)"),
    (
        "may not be",
        (
            r"may not be (?:published|reproduced|copied|republished|redistributed)\b[^.]{0,60}(?:broadcast|rewritten"
            r"|permission)"
        ),
    ),
    ("permission", r"(?:reproduction|republication)\s[^.]{0,40}(?:prohibited|without)"),
    ("this article", r"^this article (?:was|is|has been|may have|first|originally|also|contains)\b"),
    (
        "this story",
        (
            r"^this story (?:was|has been|first|originally|also) (?:first|originally|also|been|published|updated"
            r"|corrected|produced)"
        ),
    ),
    ("this report", r"^this report (?:was )?(?:first|originally|also) (?:published|appeared|aired)"),
    (
        "this post",
        (
            r"^this (?:post|page|content|piece) (?:was|is|has been|first|originally) (?:first|originally|also|last"
            r"|been|published|updated|provided)"
        ),
    ),
    ("this content", r"^this content (?:is|was) (?:provided|produced|available|published|not)\b"),
    (
        "expressed",
        (
            r"\b(?:views|opinions) (?:and \w+ )?expressed\b[^.]{0,80}(?:do not|are (?:those|solely|his|her|their)"
            r"|belong|necessarily)"
        ),
    ),
    (
        "creative commons",
        r"^(?:this|all|the|except|unless|text|content|our|it)\b[^.]{0,80}(?:licen[sc]ed|available|published) under\b",
    ),
    ("our standards", r"our standards\s*:"),
    ("can be found", r"^more (?:information )?about\s[\w\s]{2,40}\scan be found"),
    ("learn more", r"^to learn more\b[^.]{0,120}\b(?:please|click|fill out)"),
    ("external", r"not responsible for the content of external"),
    # comments
    (
        "comment",
        r"\bcomment(?:s|ing) (?:are|is|have been) (?:closed|disabled|moderated|not available|now closed)",
    ),
    (
        "comment",
        (
            r"^(?:please )?(?:leave|post|add|write|view) (?:a|your|all) comments?\b|^be the first to comment"
            r"|^comment via\b"
        ),
    ),
    ("reply", r"^leave a reply\b"),
    ("email address", r"your email address will not be published"),
    ("required fields", r"required fields are marked"),
    ("join the", r"^join the (?:conversation|discussion|debate)\b"),
    ("your say", r"^have your say\b"),
    ("hear from", r"^we (?:want|would (?:like|love)) to hear from\b"),
    # cookies and scripts
    (
        "cookie",
        (
            r"^(?:we|this (?:web\s?)?site|our (?:web\s?)?site|this page)\b[^.]{0,40}\b(?:uses?"
            r"|set)\b[^.]{0,20}\bcookies"
        ),
    ),
    ("cookie", r"^(?:accept|manage|reject) (?:all )?cookies|^cookie (?:policy|settings|preferences|notice)\b"),
    ("you agree", r"^by (?:continuing|using|clicking|browsing|signing|subscribing|entering)\b"),
    ("you accept", r"^by (?:continuing|using|clicking|browsing|signing|subscribing|entering)\b"),
    ("you consent", r"^by (?:continuing|using|clicking|browsing|signing|subscribing|entering)\b"),
    (
        "javascript",
        r"javascript (?:is (?:disabled|required|not|turned|off)|must be)|^(?:please )?(?:enable|turn on) javascript",
    ),
    ("browser", r"^(?:your|this) browser (?:does|is|doesn)"),
    ("terms", r"^terms (?:of (?:use|service)|and conditions)\b"),
    # running stories, follow lines
    ("story", r"^this is a (?:breaking|developing) (?:news )?story"),
    ("follow", r"^(?:more (?:to )?follows?\b|follow @|(?:you can )?follow (?:him|her|them) (?:on|at|@))"),
    ("@", r"@\w+ on (?:twitter|x)\b"),
    ("developing story", r"^developing story\b"),
    ("check back", r"^(?:please )?check back for\b"),
)
"""Phrases of notices that no news sentence holds in that place. Each pattern runs only on articles that hold its
trigger (lower case): searching every sentence for all of them doubled the time of reading."""

SIGN_OFF: Final = re.compile(
    rf"[\s(\[—–-]*(?:(?:source|with|via|from)s?\s*:?\s*)?(?:{AGENCY}|ar\w*awsat|al\s?jazeera|guardian"
    rf"|independent|telegraph)"
    rf"(?:\s*(?:,|/|\+|&|and|\||-)\s*(?:{AGENCY}|staff|news|agenc(?:y|ies)|(?-i:[A-Z])[\w.]*))*(?: (?:staff|news"
    rf"|writers?|photos?|file))*[\s)\].—–-]*",
    re.IGNORECASE,
)
STAFF_NOTE: Final = re.compile(
    r"[(\[]?(?:(?:additional|with) )?(?:(?:writing|reporting|editing|translation|compiled|translated|edited"
    r"|written|reported|produced|story|words"
    r"|text|photos?|photographs?|pictures?|video|graphics?|research)(?:,? (?:and )?)?)+ (?:by"
    r"|from) (?:the )?(?-i:[A-Z])",
    re.IGNORECASE,
)
BYLINE: Final = re.compile(
    r"(?:by|from|story by|written by|posted by|author\s*:|reporter\s*:|text\s*:) (?-i:[^\W\d_a-z])",
    re.IGNORECASE,
)

_CREDIT = (
    r"(?:photo(?:graph|s)?|image|picture|file|getty|handout|courtesy|screen\s?(?:grab|shot|capture)|illustration"
    r"|epa|afp|ap|reuters|anadolu|shutterstock"
    r"|wikimedia|flickr|alamy|sipa|zuma|xinhua|sana|social media|twitter|facebook|youtube)"
)
CAPTION_END: Final = re.compile(
    rf"[(\[][^()\[\]]{{0,80}}\b{_CREDIT}\b[^()\[\]]{{0,60}}[)\]]\s*\.?$|\b(?:photo|image|picture|photograph"
    rf"|credit)\s*(?:by|credit|courtesy|:|/)\s*[^.]{{2,60}}\.?$"
    rf"|(?-i:[A-Z])[\w.]*\s*/\s*(?:{_CREDIT})(?: (?:images|photo))?\s*$|\s[|—–-]\s*(?:afp|ap|reuters|epa"
    rf"|getty)(?: (?:photo|images))\s*$",
    re.IGNORECASE,
)
CAPTION_PHOTO: Final = re.compile(
    r"\b(?:photo|image|picture|photograph|file|getty|handout|courtesy|screen\s?(?:grab|shot)|illustration)\b",
    re.IGNORECASE,
)
CAPTION_START: Final = re.compile(
    r"(?:in this [^.]{0,50}?\b(?:photo(?:graph)?|picture|image|frame\s?grab|video grab)"
    r"(?:,| (?:released|provided|made|taken|from|dated|issued|posted|distributed|supplied|obtained)\b)"
    r"|(?:this|a|an) (?:\w+ ){0,2}(?:photo(?:graph)?|picture|image|frame\s?grab|handout"
    r"|screengrab) (?:\w+ ){0,2}?(?:taken|captured|provided|released|made available|dated|shows\b[^.]{0,160}[(\[]"
    r"|posted|from|obtained|distributed)|(?:photo|image|picture|photograph|file photo|image (?:caption|source"
    r"|copyright|credit)|caption|photo credit|screengrab|pictured)\s*:? "
    r"(?:by )?(?-i:[A-Z])|(?:file|archive|handout|illustrative|representational) (?:photo|image|picture)\b)",
    re.IGNORECASE,
)

TAG_LIST: Final = re.compile(
    r"(?:tags?|topics?|keywords?|filed under|categor(?:y|ies)|labels?|in this (?:article|story)|related topics"
    r"|explore more on|more on)\s*[:|]",
    re.IGNORECASE,
)
TAGS_UNPUNCTUATED: Final = re.compile(r"(?:tags|topics|keywords) (?-i:[A-Z])", re.IGNORECASE)
COUNTERS: Final = re.compile(
    r"(?:\d+[\d.,]*k? (?:comments?|shares?|likes?|views?|retweets|replies|reads?|followers)"
    r"|\d+\s*min(?:ute)?s? read|(?:reading|read) time\b.{0,20}"
    r"|\d+ (?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?) ago|(?:last )?(?:updated|modified"
    r"|published|posted)\s*:?\s*\d+ \w+ ago)",
    re.IGNORECASE,
)
CONTACT_START: Final = re.compile(
    r"(?:contact(?:s| us| the (?:author|writer|reporter|newsroom|editor))?|e-?mail|tel(?:ephone)?|phone|fax"
    r"|mobile|address|media (?:contact|enquiries|inquiries)"
    r"|press (?:contact|office|enquiries)|website|web|notes? to editors?|about (?:us|the (?:author|writer"
    r"|reporter)s?))\b\s*(?:[:|@(]|$)",
    re.IGNORECASE,
)
ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|(?:\+|00)\d[\d\s().-]{7,}\d|\(\d{3}\)\s*\d{3}-\d{4}")
LINK_ONLY: Final = re.compile(
    r"(?:(?:https?://|www\.)\S+|[#@]\w+|pic\.twitter\.com/\S+|[\w.-]+\.(?:com|org|net"
    r"|ly)/\S*)(?: (?:(?:https?://|www\.)\S+|[#@]\w+|\||,))*"
)
SELF_PRAISE: Final = re.compile(
    r"[^\W\d_a-z][\w .'’&-]{1,60} (?:delivers|provides|offers|brings|publishes|covers|strives"
    r"|is an? (?:independent|non-?profit|award-winning|leading|news|online|weekly|daily|registered|trusted)\b)",
)
"""How publishers speak of themselves, in the paragraph that ends in a notice."""
AUTHOR_BIO: Final = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]+ ){1,3}[^\W\d_a-z][\w.'’-]+(?:,[^,]{3,60},)? (?:is|are|covers|reports|writes"
    r"|has (?:covered|reported|written|been covering)) "
    r"[^.]{0,120}\b(?:correspondents?|reporters?|journalists?|editors?|columnists?|writers?|(?:senior|research"
    r"|visiting) fellow|authors?|analyst|freelance\w*"
    r"|contributors?|bureau chief|covering|based in|for (?:reuters|the associated press|afp))\b"
)
REPORTED: Final = re.compile(
    r"\b(?:said|says|told|tells|wrote|tweeted|added|adding|announced|claimed|reported|reports that|according to"
    r"|stated|warned|asked|urged|called on|accused|denied|ruled|vowed|replied)\b",
    re.IGNORECASE,
)
"""Attribution: what follows or precedes it is somebody's words, not the page's."""
