"""Quotes and their speakers."""

import pytest

from worker.extract.facts.acronyms import find_acronyms
from worker.extract.facts.quotes import find_quotes

# text, its language, the speakers in order; no speaker is better than a wrong one
QUOTES = (
    ('"It is a very bad plan," Anna Berg told reporters.', "en", ["Anna Berg"]),
    ("“We are here to stay,” the mayor of Lyon, Jean Roux, said.", "en", ["Jean Roux"]),
    ('Jean Roux, mayor of Lyon, said: "We are here to stay."', "en", ["Jean Roux"]),
    ('"We are here to stay," he added.', "en", ["he"]),
    ('"We are here to stay," said Jean Roux, 45, a farmer.', "en", ["Jean Roux"]),
    ('"We are here to stay," Roux said, adding, "and we will win it."', "en", ["Roux", "Roux"]),
    ('"We are here to stay," according to the statement.', "en", []),
    ('The book "A Long Way to Home" sold well.', "en", []),
    ('She sang "Blowin\' in the Wind Again" twice.', "en", []),
    ('"We are," she said, "here to stay for good."', "en", ["she"]),
    ('Police said the man "was acting in a strange manner."', "en", ["Police"]),
    ('The judge called it "one of the worst cases I have seen."', "en", ["The judge"]),
    ('"We are here to stay!" yelled the crowd.', "en", ["the crowd"]),
    ('"We are here to stay," said a spokesman for the ministry.', "en", ["a spokesman"]),
    ('"We are here to stay," Prime Minister Lee Hae-chan said Friday.', "en", ["Lee Hae-chan"]),
    ('"We are here to stay," said Lee, who chairs the panel.', "en", ["Lee"]),
    (
        'In a statement, Amnesty International said: "The ban is a step back."',
        "en",
        ["Amnesty International"],
    ),
    ('"The ban is a step back," Amnesty International said in a statement.', "en", ["Amnesty International"]),
    ('Roux: "We are here to stay for good."', "en", ["Roux"]),
    ('"We are here to stay," reads the sign.', "en", []),
    ("“Nobody saw it coming,” recalled Ms. Berg.", "en", ["Ms. Berg"]),
    ('"I was afraid," one of the women said.', "en", ["one of the women"]),
    ('Asked about the deal, Berg replied, "I have nothing to add."', "en", ["Berg"]),
    ('"It was the best night of my life," the 34-year-old said.', "en", ["the 34-year-old"]),
    ('"It will take time," U.S. Secretary of State John Kerry said.', "en", ["John Kerry"]),
    ('"It will take time," said U.N. spokesman Farhan Haq.', "en", ["Farhan Haq"]),
    ('"It will take time," Dr. Lee said.', "en", ["Dr. Lee"]),
    ('"It will take time," the company\'s chief executive, Mary Barra, told analysts.', "en", ["Mary Barra"]),
    ("„Das ist ein schlechter Plan“, sagte Anna Berg.", "de", ["Anna Berg"]),
    ("« Ce plan est mauvais pour nous », a déclaré Jean Roux.", "fr", ["Jean Roux"]),
    ("「これは良い計画だと思う」と首相は述べた。", "ja", ["首相"]),
    ('The so-called "war on drugs policy" failed.', "en", []),
    ('The sign read "Keep off the grass please" in red.', "en", []),
    ('Berg said that "the plan will fail badly" without help.', "en", ["Berg"]),
    ('"The plan will fail," Berg wrote on Twitter. "It has no support."', "en", ["Berg", "Berg"]),
)
ACRONYMS = (
    ("The World Health Organization (WHO) said", [("WHO", "World Health Organization")]),
    (
        "the Organization of the Petroleum Exporting Countries (OPEC)",
        [("OPEC", "Organization of the Petroleum Exporting Countries")],
    ),
    ("Ministry of Foreign Affairs (MOFA)", [("MOFA", "Ministry of Foreign Affairs")]),
    ("Korea Electric Power Corp. (KEPCO)", [("KEPCO", "Korea Electric Power Corp.")]),
    ("gross domestic product (GDP)", [("GDP", "gross domestic product")]),
    ("the North Atlantic Treaty Organization (NATO)", [("NATO", "North Atlantic Treaty Organization")]),
    ("unmanned aerial vehicles (UAVs)", [("UAVs", "unmanned aerial vehicles")]),
    ("artificial intelligence (AI)", [("AI", "artificial intelligence")]),
    ("The winger (right) smiled.", []),
    ("Kim (PPP) won.", []),
    ("Seoul (AP) reported", []),
    ("Smith (D-Ohio) said", []),
    ("the team (FCB) won", []),
    (
        "the International Monetary Fund (IMF) and the World Trade Organization (WTO)",
        [("IMF", "International Monetary Fund"), ("WTO", "World Trade Organization")],
    ),
    ("Doctors Without Borders (MSF)", []),
    ("The U.S. Food and Drug Administration (FDA) said", [("FDA", "Food and Drug Administration")]),
    ("the Group of 20 (G20)", [("G20", "Group of 20")]),
    ("Asia-Pacific Economic Cooperation (APEC)", [("APEC", "Asia-Pacific Economic Cooperation")]),
    ("deoxyribonucleic acid (DNA)", []),
    ("Joint Comprehensive Plan of Action (JCPOA)", [("JCPOA", "Joint Comprehensive Plan of Action")]),
    ("Light rail transit (LRT)", [("LRT", "Light rail transit")]),
    ("The committee (ABC) met.", []),
    ("Association of Southeast Asian Nations (ASEAN)", [("ASEAN", "Association of Southeast Asian Nations")]),
    ("by year-end (YTD)", []),
    ("NATO (North Atlantic Treaty Organization)", [("NATO", "North Atlantic Treaty Organization")]),
    ("The Central Intelligence Agency (CIA)", [("CIA", "Central Intelligence Agency")]),
    ("the Federal Bureau of Investigation (FBI)", [("FBI", "Federal Bureau of Investigation")]),
    ("Anti-Ballistic Missile (ABM)", [("ABM", "Anti-Ballistic Missile")]),
    (
        "the Terminal High Altitude Area Defense (THAAD) system",
        [("THAAD", "Terminal High Altitude Area Defense")],
    ),
    ("weapons of mass destruction (WMD)", [("WMD", "weapons of mass destruction")]),
    ("the European Union (EU)", [("EU", "European Union")]),
    ("The film (UK) won", []),
    ("He drives on the A road (AR)", []),
    ("personal protective equipment, or PPE,", []),
)


@pytest.mark.parametrize(("text", "lang", "speakers"), QUOTES)
def test_a_quote_has_the_speaker_that_the_text_names(text, lang, speakers):
    found = find_quotes(text, lang)
    assert [quote.speaker for quote in found if quote.speaker] == speakers
    assert all(text.startswith(quote.text, quote.offset) for quote in found)


def test_titles_of_works_and_short_words_in_marks_are_no_quotes():
    assert find_quotes('The film "The Long Way Home" and the "so-called" plan.') == []


@pytest.mark.parametrize(("text", "due"), ACRONYMS)
def test_initials_are_matched_backwards_word_by_word(text, due):
    found = find_acronyms(text)
    assert [(one.short, one.long) for one in found] == due
    assert all(text.startswith(one.long, one.offset) for one in found)


@pytest.mark.parametrize(
    "text", ['"' * 60_000, "“" * 60_000, "(ABCDE) " * 8_000, "A B " * 9_000 + "(ABCDEFGHIJ) " * 300]
)
def test_hostile_text_ends(text):
    assert isinstance(find_quotes(text), list)
    assert isinstance(find_acronyms(text), list)
