"""Long forms of acronyms: initials, compounds, plurals; country codes and asides have none."""

import pytest

from worker.extract.facts.acronyms import find_acronyms

ACRONYMS = (
    ("Economists at the European Central Bank (ECB) disagreed.", [("ECB", "European Central Bank")]),
    ("A polymerase chain reaction (PCR) test came back positive.", [("PCR", "polymerase chain reaction")]),
    ("The bomber carries the air-launched cruise missile (ALCM).", [("ALCM", "air-launched cruise missile")]),
    ("The Bank of Korea (BOK) kept its rate.", [("BOK", "Bank of Korea")]),
    ("Médecins Sans Frontières (MSF) left the city.", [("MSF", "Médecins Sans Frontières")]),
    ("The Non-Proliferation Treaty (NPT) is under strain.", [("NPT", "Non-Proliferation Treaty")]),
    ("The Inter-Services Intelligence (ISI) agency denied it.", [("ISI", "Inter-Services Intelligence")]),
    ("The Trans-Pacific Partnership (TPP) was signed in Auckland.", [("TPP", "Trans-Pacific Partnership")]),
    ("The lamps use light-emitting diodes (LEDs) made in Taiwan.", [("LEDs", "light-emitting diodes")]),
    ("Sales of electric vehicles (EVs) fell.", [("EVs", "electric vehicles")]),
    ("Personal protective equipment (PPE) ran out in April.", [("PPE", "Personal protective equipment")]),
    ("Workers of the Confederation of Trade Unions (KCTU) marched.", []),
    ("Fans of massively multiplayer online games (MMOs) complained.", []),
    ("The International Criminal Police Organization (INTERPOL) issued a notice.", []),
    ("The Group of Seven (G-7) agreed on a tax.", [("G-7", "Group of Seven")]),
    ("The senator (D-N.Y.) voted against it.", []),
    ("The minister (CDU) spoke for an hour.", []),
    ("Anna Berg (GER) won the downhill.", []),
    ("Shares of Apple (AAPL) fell.", []),
    ("The actress (TOP) and her dog left the theater.", []),
    ("A woman in red (RIGHT) holds the cup.", []),
    ("The winger (INJ) missed the trip to Leeds.", []),
    ("Brazil (BRA) beat Chile (CHI) in the final.", []),
    ("The house stood at the corner of the street (HCS).", []),
    ("Reporter Mia Vance (AP) contributed to this story.", []),
    ("He voted with the party (SPD) for years.", []),
    ("The second half (VAR) was chaotic.", []),
    ("The loan was repaid in dollars (USD).", []),
    ("The match starts at 8 p.m. (CET) in Graz.", []),
    ("Trains from the city (ABC) were late.", []),
    ("Prices rose 2 percent (YOY) in June.", []),
    ("Électricité de France (EDF) shut two reactors.", [("EDF", "Électricité de France")]),
    ("A human papillomavirus (HPV) vaccine is given at school.", [("HPV", "human papillomavirus")]),
    ("The lamp gives off ultraviolet (UV) light.", [("UV", "ultraviolet")]),
    ("The Korea Composite Stock Price Index (KOSPI) fell.", [("KOSPI", "Korea Composite Stock Price Index")]),
    ("Spending on research and development (R&D) rose.", [("R&D", "research and development")]),
    ("The Republic of Korea (ROK) navy took part.", [("ROK", "Republic of Korea")]),
    ("the Nuclear Suppliers Group (NSG), which met in Seoul", [("NSG", "Nuclear Suppliers Group")]),
    ("A free trade agreement (FTA) was signed.", [("FTA", "free trade agreement")]),
    ("The Northern Limit Line (NLL) is disputed.", [("NLL", "Northern Limit Line")]),
    ("The Strategic Arms Reduction Treaty (START) expired.", [("START", "Strategic Arms Reduction Treaty")]),
    ("The Court of Arbitration for Sport (CAS) upheld the ban.", [("CAS", "Court of Arbitration for Sport")]),
    ("The Group of 77 (G77) walked out.", [("G77", "Group of 77")]),
    ("The mayor of the town (MOT) resigned.", []),
    ("The girl ran to the house by the lake (RHL).", []),
    ("The bank (NYSE: BNK) closed lower.", []),
    ("The Tigers (NPB) won the opener.", []),
    ("Germany (GER) and Sweden (SWE) drew.", []),
    ("A deputy (PP) asked for a vote.", []),
    ("The bill (HR 7) died in committee.", []),
    ("Carlos Ortega (BACK) lifts the cup.", []),
    ("Police (KNP) closed the road.", []),
    ("The court (CC) ruled against the state.", []),
    ("They paid 300 million euros (USD 340 million).", []),
    ("The lawmaker (PPP, Daegu) stood down.", []),
    ("The king (ABOVE) waves to the crowd.", []),
    ("The launch (T-10) was stopped.", []),
)


@pytest.mark.parametrize(("text", "due"), ACRONYMS)
def test_an_acronym_is_spelled_out_by_the_words_before_it(text, due):
    found = find_acronyms(text)
    assert [(one.short, one.long) for one in found] == due
    assert all(text.startswith(one.long, one.offset) for one in found)
