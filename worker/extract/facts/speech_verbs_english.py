"""Verbs of saying, naming, judging and replying in English news texts, as regular expressions."""

# Verbs of saying, as news writes them.
SAYING = (
    "said|says|told|tells|wrote|writes|asked|asks|added|adds|stated|states|explained|explains|argued|argues"
    "|warned|warns|insisted|insists|noted|notes|replied|replies|recalled|recalls|shouted|claimed|claims"
    "|announced|announces|acknowledged|admitted|declared|declares|tweeted|posted|commented|concluded"
    "|continued|observed|remarked|stressed|stresses|emphasized|urged|urges|joked|quipped|lamented"
    "|complained|cautioned|conceded|confirmed|denied|testified|cried|whispered|yelled|read|reads|suggested"
    "|predicted|responded|pointed out|went on|goes on|thinks|believes|thought|sighed|swore|vowed|pledged"
    "|promised|countered|answered|exclaimed|boasted|demanded|reported|reports|repeated|maintained"
    "|reiterated"
    "|estimated|mused|began|begins|wept|spat|say|tell|argue|warn|insist|predict|predicts|believe|explain"
    "|complain"
    "|assured|reminded|alleged|proclaimed|ordered|instructed|advised|threatened|pleaded"
    "|chanted|chants|fumed|fumes|begged|begs|radioed|laughs|jokes|concludes|concede|concedes|confessed"
    "|confesses|enthused"
    "|enthuses|gushed|grumbled|grumbles|groaned|sobbed|roared|screamed|snapped|reckons|reckoned|texted"
    "|messaged"
    "|wondered|wonders|scoffed|scoffs|sneered|tweets|posts|implored|implores|opined|opines|speculated"
    "|deadpanned|growled"
    "|muttered|mumbled|murmured|hissed|barked|bellowed|blurted|gasped|moaned|clarified|elaborated|revealed"
    "|reveals"
    "|disclosed|recounted|recounts|narrated|attested|affirmed|affirms|asserted|asserts|contended|contends"
    "|interjected"
    "|retorted|retorts|quips|laments|cautions|admits|acknowledges|recommended|recommends|agree|agreed|agrees"
    "|ruled|shot back|hit back|fired back|countered|counters"
)
# Verbs of naming: "called it".
NAMING = (
    "called|calls|described|describes|labeled|labelled|branded|characterized|characterised|portrayed|likened"
)
# Verbs of judgment: "rejected the report as".
JUDGING = (
    "denounced|condemned|dismissed|rejected|criticized"
    "|criticised|praised|hailed|slammed|blasted|blamed|accused|decried|welcomed|deplored|defended"
    "|compared|assailed|derided|mocked|ridiculed|attacked|cited|called for|calls for|appealed for|spoke of"
    "|remembered|remembers|fear|fears|feared|hopes|hoped|prayed for|prays for|asked for|found|thanked"
    "|thanks|apologi[sz]ed for"
    "|apologi[sz]es for|lamented"
    "|mourned|vowed|promised|urged"
    "|warned of|ruled out|rules out|threatened|expressed|voiced"
    "|hinted at|spoke about|talked of|talks of|complained of|insisted on"
)
# Verbs of reply, which speak only before a colon: "Boyd disagreed:"
REPLYING = (
    "disagreed|disagrees|agreed|agrees|objected|objects|protested|hit back|shot back|fired back|pushed back"
    "|nodded|smiled|laughed|shrugged|apologised|apologized|retorted|interrupted|was blunt|was clear"
)
