"""Page furniture is marked; news that only resembles it is not, because a marked sentence can report no event."""

from __future__ import annotations

import pytest

from extractor.articles.furniture import mark_sentences
from extractor.articles.sentences import split_sentences

BODY = [
    "Troops entered the town of Kfar Zeita on Sunday after two days of shelling, residents and officials said.",
    "At least eleven people were killed, among them three children, and dozens of houses burned down overnight.",
    "A spokesman for the governor said that the market would open again as soon as the mines had been cleared.",
]


def marks(text: str, title: str | None = None) -> list[tuple[str, bool]]:
    """Return each sentence with whether it is furniture."""
    found = mark_sentences(text, split_sentences(text), title=title)
    return [(text[s.start : s.end], s.furniture) for s in found]


FURNITURE = [
    # controls and menus
    "Skip to main content", "Skip to navigation", "Menu", "Home", "Share this article", "Share on Facebook", "Tweet",
    "Facebook Twitter WhatsApp Email Print", "Print this page", "Copy link", "Advertisement", "ADVERTISEMENT",
    "Sponsored",
    "Home > News > Middle East", "Home / World / Africa", "World | Africa | Sudan", "Read more", "Load more comments",
    "Follow us", "Subscribe", "Sign up", "Contact us", "About us", "Privacy Policy", "Cookie policy", "***", "• • •",
    "https://www.example.org/news/1234", "#Syria #Idlib", "@exampledesk", "12", "3 comments", "5 min read",
    "3 hours ago",
    # offers
    "Sign up to get the latest alerts, insights and analysis", "Stay informed with our newsletters",
    "Subscribe to our newsletter.", "Get the day's top stories delivered to your inbox.",
    "Follow us on Twitter and Facebook.",
    "Download our app for breaking news alerts.", "Join our Telegram channel and click here for updates.",
    "Never miss a story: sign up for email alerts.", "Support independent journalism: become a member today.",
    "If you value our reporting, please consider a subscription.", "Enter your email address to subscribe.",
    "You have read 3 of 5 free articles.", "For more information visit our website and click here.",
    "Thank you for reading; please consider supporting our journalism.",
    # pointers to other stories
    "Read more: Ten years of war in maps", "READ MORE: Who controls what", "Also read: The children of the camp",
    "Related: How the truce was made", "See also: Timeline of the siege", "Watch: Rescue workers in the rubble",
    "In pictures: A day in the camp", "Related stories", "Most read", "More from the Middle East", "You may also like",
    "Article continues below", "Continue reading below", "Click here to read the full report", "Recommended for you",
    # captions and credits
    "Smoke rises over the old town on Monday (AFP/file photo)", "Rescue workers search the rubble (Reuters)",
    "A boy carries water through the camp. (Photo by Jane Doe)", "Image: Jane Doe/Getty", "Photo: Jane Doe / AFP",
    "File photo of the general at a parade", "In this photo released by the army, soldiers stand on a tank.",
    "People wait for bread in a street. [John Roe/AP Photo]", "Photo credit: Jane Doe",
    # notices
    "© 2019 Example Media. All rights reserved.", "Copyright 2019 Example News Agency", "All Rights Reserved",
    "This article was originally published by the Example Post.", "This story has been updated.",
    "This material may not be published, broadcast, rewritten or redistributed.",
    "To learn more about republishing this content and the fees, please fill out this form.",
    "Republish our articles for free: republish this article under these terms.",
    "The views expressed in this article are those of the author and do not necessarily reflect our policy.",
    "We use cookies to improve your experience.", "This website uses cookies.", "Accept all cookies",
    "By continuing to use this site you agree to our terms.", "JavaScript is disabled in your browser.",
    "Our Standards: The Example Trust Principles.", "Comments are closed.", "Leave a comment", "Join the conversation",
    "Your email address will not be published.", "This is a developing story.",
    # bylines, dates, agencies, tags, contacts
    "By Jane Doe", "By Jane Doe and John Roe in Beirut", "Monday, June 3, 2019", "Published: 3 June 2019 10:15 GMT",
    "Last updated: June 3, 2019", "By Jane Doe | 3 June 2019", "AFP", "Reuters and agencies", "Source: AFP",
    "- REUTERS",
    "(With Reuters and AFP)", "Reporting by Jane Doe; Editing by John Roe", "Additional reporting by Ann Lee in Amman",
    "Tags: Syria, Idlib, Russia", "Filed under: World", "Topics: war, refugees", "Contact: press@example.org",
    "Tel: +44 20 7946 0000", "jane.doe@example.org", "About the author", "Media contact: Jane Doe, +44 20 7946 0000",
]  # fmt: skip

NEWS = [
    "Fighting continues below the citadel.", "Three people died.", "Get out.", "STOP!",
    "Follow us, the soldiers shouted.", "They left.",
    "He said no.",
    "The newspaper sells subscriptions for five pounds a month.",
    "The paper lost half of its subscribers after the editor was arrested.",
    '"Follow us on Twitter," the militia\'s spokesman told reporters.',
    '"Sign up now," a recruiter told the young men in the square.',
    "Subscribe or leave, the gunmen told shopkeepers who refused to pay.",
    "Police closed the newspaper's website and its Telegram channel on Monday.",
    "Thanks to alerts sent by email, residents fled before the flood.",
    "For the latest news, residents turned to Telegram channels.",
    "Our comrades are reporting from the capital that a police truck was ambushed.",
    "Our government and our armed forces need your support today more than ever.",
    "Download speeds fell across the country after the cable was cut.",
    "Support for the government's plan grew on Facebook and Twitter.",
    "Contact between the two armies has been cut since Sunday.",
    "Visit by the minister ends without a deal",
    "Copyright law was at the heart of the trial that ended on Monday.",
    "The court ruled that the film infringed the copyright of the novel.",
    "The regulator fined the company over the cookies that it used without consent.",
    "By using cookies without consent, the company broke the law.",
    "The article was published by the newspaper on Sunday and led to protests.",
    "This report found that 300 people had been killed in the camp.",
    "The views of the opposition were not heard in the debate.",
    "The ministry published a photo of the general on Monday.",
    "The agency released photographs of the damaged bridge (three of them taken from the air).",
    "Two journalists of Reuters were arrested.",
    "Reporting from the north has become impossible, the union said.",
    "By Monday the army had taken the bridge.",
    "By nightfall eleven bodies had been found",
    "The tags on the bodies showed where they had been found.",
    "Police asked witnesses to write to tips@example.org.",
    "Jane Doe was a reporter for the Example Post when she was killed.",
    "A photograph showed the minister with the two men.",
    "Read the verdict, the judge told the clerk.",
    "Watch towers were set on fire during the riot.",
    "To learn more about the attack, investigators will question the guards.",
    "To see his family again, he had to visit the camp at night.",
    "Join the army or flee: that was the choice for the men of the village.",
    "More than 300 people were arrested on 3 June 2019 in the capital.",
    "The war began on 3 June 2019",
    "Home Secretary resigns over deportations",
    "Twitter bans the president's account",
    "Facebook removed 200 pages run by the army.",
    "Killed: three soldiers and two medics.",
    "Videos of the beating were shared thousands of times on social media.",
    "The archive of the secret police will be opened in June.",
    "Comments by the president angered the opposition.",
    "Advertisement of tobacco was banned by parliament on Tuesday.",
    "Menus in the prison were cut to one meal a day, an inmate said.",
    "The newsletter of the party called for a boycott.",
    "You have to leave, the officer told them.",
    "If you resist you will be shot, the leaflet said.",
    "Do you want peace? the president asked the crowd.",
    "Tell us where they are, the soldiers shouted at him.",
    "Share prices fell by a tenth after the coup.",
    "Like many others, he fled across the river.",
    "Top general defects to the rebels",
    "Next week the two sides will meet again.",
    "Print shops were raided in three towns.",
    "Related charges against four officers were dropped.",
    "Trending lower for years, the number of killings rose again in May.",
    "Sponsored by Iran, the militia has grown to 5,000 men.",
    "Source: the attack was planned abroad",
    "Emails seized by the police show that the raid was planned.",
    "Address unknown, the letter to the prisoner came back.",
    "Image of unity cracks as two ministers resign.",
    "In this city, photo shops were the first to close.",
    "More: the Chancellor was beheaded for refusing the oath.",
    "Analysis of the debris showed traces of chlorine.",
]  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_line_is_marked(line: str) -> None:
    """A furniture line between paragraphs of news is marked, and the news around it is not."""
    found = marks("\n\n".join([BODY[0], BODY[1], line, BODY[2]]))
    inside = found[2:-1]
    assert [sentence for sentence, furniture in inside if not furniture] == []
    assert [found[0], found[1], found[-1]] == [(words, False) for words in BODY]


@pytest.mark.parametrize("line", NEWS)
def test_news_is_not_marked(line: str) -> None:
    """News that shares a word or shape with furniture is not marked, as a line or inside a paragraph."""
    as_line = marks("\n\n".join([BODY[0], BODY[1], line, BODY[2]]))
    inside = marks(" ".join([BODY[0], BODY[1], line if line[-1] in '.!?"' else line + ".", BODY[2]]))
    assert [sentence for sentence, furniture in as_line + inside if furniture] == []


def test_as_many_news_sentences_as_needed() -> None:
    """The table of news that must not be marked is as long as is honest for the table of furniture."""
    assert len(NEWS) >= 70


@pytest.mark.parametrize(
    "notice",
    [
        "Reporting by Jane Doe; Editing by John Roe.",
        "All rights reserved.",
        "Follow us on Twitter.",
        "This photo taken on Sunday shows smoke over the town.",
        "Subscribe to our Telegram channel.",
    ],
)
def test_notices_inside_a_text_without_line_breaks(notice: str) -> None:
    """Where line breaks were lost, the notice is marked and the sentences around it are not."""
    found = marks(" ".join([*BODY, notice]))
    assert [sentence for sentence, furniture in found if furniture] == [notice]


def test_sign_off_after_news() -> None:
    """An agency in brackets after the full stop signs the report off; the sentence before it stays news."""
    assert marks("\n\n".join([*BODY, "The governor was shot on Sunday. (AFP)"]))[-2:] == [
        ("The governor was shot on Sunday.", False),
        ("(AFP)", True),
    ]


def test_genre_before_the_body_heads_the_article() -> None:
    """A label before the body is the article's own headline, after it a pointer to another."""
    line = "Analysis: Why the truce failed"
    assert marks("\n\n".join([line, *BODY]))[0] == (line, False)
    assert marks("\n\n".join([*BODY, line]))[-1] == (line, True)


def test_caption_glued_to_news_is_kept() -> None:
    """A caption and a report that lost their border are one sentence, and the report wins."""
    glued = "File photo shows rebels near the town It added that the army killed a number of fighters there on Monday."
    assert marks(" ".join([*BODY, glued]))[-1] == (glued, False)


def test_links_under_a_head_are_marked() -> None:
    """Headlines under "Related stories" are links, until running text goes on."""
    text = "\n\n".join(
        [BODY[0], "Related stories", "Ten killed in blast at market", "Minister resigns over coup", BODY[1]]
    )
    assert [furniture for _, furniture in marks(text)] == [False, True, True, True, False]


def test_menu_before_the_body_is_marked_and_list_in_the_body_is_not() -> None:
    """A run of short lines is a menu at the head, and a list between paragraphs."""
    names = ["Politics", "Economy", "Culture"]
    text = "\n".join([*names, "Truce ends after three weeks of talks", *BODY, *names, BODY[0]])
    found = dict(marks(text)[:4])
    assert found == {"Politics": True, "Economy": True, "Culture": True, "Truce ends after three weeks of talks": False}
    assert [furniture for _, furniture in marks(text)[4:]] == [False] * 7


def test_publisher_notice_and_author_at_the_end() -> None:
    """Self-praise in one paragraph with a notice, and the author's biography, are marked at the end."""
    notice = (
        "Example News delivers coverage of the region. To learn more about republishing, please fill out this form."
    )
    bio = "Jane Doe is a correspondent based in Beirut."
    found = marks("\n\n".join([*BODY, bio, notice]))
    assert [furniture for _, furniture in found] == [False, False, False, True, True, True]
    assert not dict(marks("\n\n".join([BODY[0], bio, *BODY[1:]])))[bio]


def test_news_before_a_notice_in_the_last_paragraph_stays_news() -> None:
    """A notice at the end of the last paragraph does not take the news before it along."""
    found = marks("\n\n".join([*BODY[:2], "The governor was shot on Sunday. All rights reserved."]))
    assert found[-2:] == [("The governor was shot on Sunday.", False), ("All rights reserved.", True)]


def sentences(text: str, title: str | None = None) -> list[str]:
    """Return the sentences that are marked as headline."""
    found = mark_sentences(text, split_sentences(text), title=title)
    assert not any(s.headline and s.furniture for s in found)
    return [text[s.start : s.end] for s in found if s.headline]


HEADLINE = "Truce ends in the north as talks fail"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADLINE}\n\n{BODY[0]}",
        f"Skip to main content\n\nMenu\n\n{HEADLINE}\n\nStandfirst about the talks in Geneva this week\n\n{BODY[0]}",
        f"# {HEADLINE}\n\n{BODY[0]}",
        f"3 June 2019\n\n{HEADLINE}\n\n{BODY[0]}",
        f"Syria\n\n{HEADLINE}\n\n{BODY[0]}",
    ],
)
def test_first_line_of_the_content_is_the_headline(text: str) -> None:
    """The first line after furniture and kicker heads the article; a standfirst after it stays content."""
    assert [s.lstrip("# ") for s in sentences(text)] == [HEADLINE]


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(BODY),
        f"BEIRUT (AP) - {BODY[0]}",
        f"Minister: we shall not yield.\n\n{BODY[0]}",
        f"- one item\n- another item\n\n{BODY[0]}",
        BODY[0].rstrip("."),
        f"and then they left the town again\n\n{BODY[0]}",
    ],
)
def test_no_headline_where_the_text_begins_with_prose(text: str) -> None:
    """Paragraphs, datelines, list items and lone lines are no headlines."""
    assert sentences(text) == []


def test_known_title_decides() -> None:
    """The line that repeats the title is the headline, with or without a site's name; another first line is not."""
    assert sentences(f"{HEADLINE}\n\n{BODY[0]}", HEADLINE.upper() + " - Example News") == [HEADLINE]
    assert sentences(f"Who broke the truce?\n\n{BODY[0]}", "Who broke the truce?") == ["Who broke the truce?"]
    assert sentences(f"Standfirst about the talks in Geneva\n\n{BODY[0]}", HEADLINE) == []


def test_title_behind_a_date_in_a_text_without_line_breaks() -> None:
    """A first sentence that is a date and the title is the headline."""
    first = f"Wed 05 Apr 2017 {HEADLINE}."
    assert sentences(f"{first} {BODY[0]} {BODY[1]}", HEADLINE) == [first]


def test_datelines_end_in_text_offsets() -> None:
    """``dateline_end`` points into the article's text, after the dateline of the first sentence of the body."""
    text = f"{HEADLINE}\n\nBEIRUT (AP) — {BODY[0]}\n\n{BODY[1]}"
    found = mark_sentences(text, split_sentences(text))
    assert [None if s.dateline_end is None else text[s.start : s.dateline_end] for s in found] == [
        None,
        "BEIRUT (AP) —",
        None,
    ]


def test_numbers_and_offsets_are_those_of_the_spans() -> None:
    """Marking changes neither order nor offsets; numbers count from 1."""
    text = "\n\n".join(["Menu", *BODY])
    spans = split_sentences(text)
    found = mark_sentences(text, spans)
    assert [(s.start, s.end, s.paragraph) for s in found] == [tuple(span) for span in spans]
    assert [s.number for s in found] == [1, 2, 3, 4]


def test_text_without_sentences() -> None:
    """Nothing in, nothing out."""
    assert mark_sentences("", []) == ()
