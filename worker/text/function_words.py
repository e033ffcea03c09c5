"""Words that are frequent in one language and rare in its neighbors, for texts in the Latin script."""

# Frequency lists of the Leipzig Corpora Collection; a word may be in several lists.
FUNCTION_WORDS = {
    "en": (
        "the of and to in is that for with was on as are by at from his have has this will said not be it an"
    ),
    "de": (
        "der die und das den von zu mit dem ist nicht ein eine auf für im sich des auch als an hat "
        "wird sind bei"
    ),
    "fr": (
        "le la les des et en un une du dans que est pour par sur au avec pas qui il sont aux ce plus "
        "cette été"
    ),
    "es": "el la los las de y en que un una del por con para se no al su es más como fue lo ha sobre está",
    "it": "il di che la e in un per una con del della non si è al sono dei le gli da alla nel più anche ha",
    "pt": "o de que e do da em um para com uma os no se na por mais as dos como não foi ao das pelo são à",
    "nl": (
        "de het een van en in is dat op te zijn met voor niet aan er om ook als door naar maar bij "
        "heeft wordt"
    ),
    "sv": "och att det som en på är av för med den till i har de inte om ett han men var sig från vi så",
    "da": "og at det en den til er som på de med for af ikke der var han et har om men sig vi fra blev",
    "no": "og det at en er som på til av for med har de ikke den et om var men han seg vi fra ble etter",
    "fi": "ja on ei että se oli hän mutta myös kun mukaan joka ovat jo niin kuin tai sen vuoden ole jos",
    "pl": "w i na z się nie że jest o od za po jak przez dla ale są oraz przed roku był tym",
    "cs": "v se na je že z o by za k jako po ve pro jsou ale byl také podle který když",
    "hu": "az és hogy nem is egy ez van meg csak már volt de mint el még szerint ki lehet azt",
    "ro": "de și în la a cu pe din că nu un este o care pentru sa mai au fost fi prin după sunt",
    "tr": "ve bir bu için ile de da olarak çok daha olan gibi kadar en ne sonra dedi ancak var göre ise",
    "id": (
        "yang dan di ini dengan untuk dari pada dalam tidak itu akan juga ke oleh ada adalah telah tersebut"
    ),
    "vi": "và của là có trong được cho các không với một những này người đã khi để tại về ở đến",
    "ca": "el la els les de i que en un una per amb no del al és ha més com va aquest són també",
}
LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(lang for lang, words in FUNCTION_WORDS.items() if word in words.split())
    for word in {word for words in FUNCTION_WORDS.values() for word in words.split()}
}
