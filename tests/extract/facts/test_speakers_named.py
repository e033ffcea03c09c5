"""Speakers that a text names by another word, beside another person, in an aside or by a document."""

import pytest

from worker.extract.facts.quotes import find_quotes

# language, text, the speakers in order
SPEAKERS = (
    # the possessive belongs to the subject, so the other pronoun means the other person
    ("en", 'King Olaf Berg met his guest, Nina Sand, at noon. "It was warm," she said.', ["Nina Sand"]),
    ("en", 'Mayor Ann Boyd praised her deputy, Rob Dean, on Monday. "I am moved," he said.', ["Rob Dean"]),
    ("en", 'Mayor Ann Boyd praised her deputy, Rob Dean, on Monday. "I am moved," she said.', [None]),
    ("de", "Lars Ek traf seine Kollegin Ida Holm in Bonn. „Das war gut für uns“, sagte sie.", ["Ida Holm"]),
    # the holder of the office is the aside
    ("en", 'The deal is "dead and buried", according to her agent, Paul Roth.', ["Paul Roth"]),
    ("en", '"It is dead," according to the club\'s owner, Paul Roth, who sold it.', ["Paul Roth"]),
    ("en", 'Its chairman, Paul Roth, disagreed: "The club is not for sale."', ["Paul Roth"]),
    ("en", 'The chairman objected: "The club is not for sale."', ["The chairman"]),
    ("en", 'Paul Roth, who said "we never sold the club", left early.', ["Paul Roth"]),
    ("en", 'Paul Roth, who later wrote: "We never sold the club", left early.', ["Paul Roth"]),
    # a body behind a common noun
    ("en", 'Members of Open Doors stood outside. "We will stay here," the charity said.', ["Open Doors"]),
    ("en", 'The charity Open Doors has a new home. "We will stay here," the group said.', ["Open Doors"]),
    ("en", 'Nordlog, a shipping company, lost a boat. "All are safe," the company said.', ["Nordlog"]),
    ("en", 'The ferry to Port Ellen sank. "All are safe," the company said.', ["the company"]),
    # documents speak for who issued them, or for nobody
    ("en", '"We mourn with you all," a letter from the mayor said.', ["the mayor"]),
    ("en", '"We mourn with you all," the letter said.', [None]),
    ("en", '"Do not feed the bears," a notice on the gate read.', [None]),
    ("fr", "« Nous sommes en deuil », indique le communiqué.", [None]),
    ("es", "«Estamos todos de luto», dice el comunicado.", [None]),
    ("it", "«Siamo tutti in lutto oggi», dice la nota.", [None]),
    ("ko", '성명은 "우리는 끝까지 싸운다"고 밝혔다.', []),
    ("ja", "声明は「我々は最後まで闘う」と述べた。", []),
    ("zh", "声明说：“我们将坚持到底。”", [None]),
    ("zh", "外交部发言人王宁发表声明说：“我们将坚持到底。”", ["王宁"]),
    ("fr", "L'avocate Inès Morel a plaidé. « Mon client est innocent », a-t-elle dit.", ["Inès Morel"]),
    # verbs of notices
    ("it", "«I treni ripartono domani», comunica Ferrovie del Nord in una nota.", ["Ferrovie del Nord"]),
    ("it", "«I treni ripartono domani», informa la sindaca Rita Longo.", ["Rita Longo"]),
    # Korean: former holders, offices of firms, names that end as bodies do, verbs after the particle
    ("ko", '남도현 전 총리는 블로그에 "역사가 판단한다"고 적었다.', ["남도현"]),
    ("ko", '마이크 델가도 최고기술책임자(CTO)는 "서울에 연구소를 짓겠다"고 했다.', ["마이크 델가도"]),
    ("ko", '"피해가 크다"고 정해원 변호사가 법정에서 말했다.', ["정해원"]),
    ("ko", '금감원은 "조사를 시작했다"고 밝혔다.', ["금감원"]),
    ("ko", '여당은 "표결하자"고 했고, 야당은 "시간이 없다"고 버텼다.', ["여당", "야당"]),
    ("ko", '주민들은 이 길을 "하늘로 간다"고 부른다.', []),
    # an attribution before a colon belongs to the quote after it
    ("zh", "局长陈国栋说：“钱已到账。”代表吴晓芳反问：“账本在哪里？”", ["陈国栋", "吴晓芳"]),
    ("zh", "“钱已经到账了。”局长陈国栋说。", ["陈国栋"]),
    ("ja", "経営側の森田誠専務は「慎重に判断する」と答えた。", ["森田誠"]),
)
# Quoted words that are explained, not spoken.
EXPLAINED = (
    'Doctors call it "sundowning", a term that Lois Evans introduced.',
    'It was "Reaganomics", a word Paul Harvey coined.',
    'He is known as "the Hammer", the nickname Ann Boyd gave him.',
)


@pytest.mark.parametrize(("lang", "text", "speakers"), SPEAKERS)
def test_a_speaker_is_found_where_the_name_stands(lang, text, speakers):
    assert [quote.speaker for quote in find_quotes(text, lang)] == speakers


@pytest.mark.parametrize("text", EXPLAINED)
def test_a_quoted_term_has_no_speaker(text):
    assert [quote.speaker for quote in find_quotes(text, "en") if quote.speaker] == []
