"""Tells names of people, works, places and goods that contain a weekday from dates: Joe Friday."""

import re

from worker.extract.facts.tense_english import tense_before

HOURS = (" a.m.", " p.m.")  # their full stop ends no sentence
# Holidays, songs, clubs and other names, by the word before the weekday.
_NAME_BEFORE = frozenset({
    "black", "good", "ash", "super", "ruby", "holy", "easter", "palm", "cyber", "giving", "fat",
    "shrove", "maundy", "bloody", "whit", "mad", "freaky", "casual", "man", "girl", "blue", "pancake",
    "silent", "red", "sheffield", "stormy", "happy", "gray", "grey", "trinity", "taco", "throwback",
    "manic", "gloomy", "lazy", "clean", "low", "spy", "mothering", "remembrance", "selection", "meatless",
    "bowl", "business", "orange", "plough", "green", "sorry", "tgi",
})  # fmt: skip
# Newspapers, clubs and works, by the capitalized word after the weekday.
_NAME_AFTER = frozenset({
    "bloody", "times", "night", "group", "mail", "telegraph", "express", "herald", "post", "mirror", "world",
    "agreement", "club", "market", "league", "star", "sun", "people", "record", "football", "lights",
    "tribune", "review", "business", "brunch", "school", "mass", "live", "evening", "island", "addams",
    "weld", "briefing", "briefs", "papers", "murder", "supplement",
})  # fmt: skip
# Before a weekday and without a verb, these indicate a title.
_WORKS = frozenset({
    "film", "movie", "song", "novel", "book", "show", "series", "album", "single", "band", "character",
    "actress", "singer", "actor", "named", "called", "as",
})  # fmt: skip
_FUNCTION_WORDS = frozenset({
    "was", "is", "of", "the", "a", "on", "my", "our", "his", "her", "like", "it's", "from", "to", "for",
    "back",
})  # fmt: skip
_LAST_WORD = re.compile(r"([\w'’]+)[ -]\Z")
_NEXT_WORD = re.compile(r"[ -]([A-Za-z][\w'’]+)")
# The part of a work: the third season of Wednesday
_PART_OF = re.compile(
    r"\b(?:season|episode|series|cast|finale|premiere|star|version|remake|fan|creator)s?\sof\s\Z"
)
# A person's first name after a role: singer April Friday
_PERSON_LED = re.compile(
    r"\b(?i:actor|actress|singer|director|author|writer|player|striker|coach|pitcher|drummer|poet|chef"
    r"|presenter|mr|mrs|ms|dr)"
    r"\.?\s(?:[A-Z][a-z]+\s)?\Z"
)
# Given names, before a surname: Augusta Friday
_GIVEN_NAMES = frozenset({
    "Aaron", "Adam", "Agnes", "Alan", "Albert", "Alex", "Alice", "Alison", "Amanda", "Amber", "Amy",
    "Andrea", "Andrew", "Andy", "Angela", "Anita", "Ann", "Anna", "Anne", "Annie", "Anthony", "April",
    "Arthur", "Ashley", "Audrey", "August", "Augusta", "Barbara", "Ben", "Benjamin", "Betty", "Bill",
    "Billy", "Bob", "Bobby", "Brenda", "Brian", "Bruce", "Carl", "Carol", "Caroline", "Catherine",
    "Charles", "Charlie", "Charlotte", "Chloe", "Chris", "Christine", "Christopher", "Clara", "Claire",
    "Daisy", "Dan", "Daniel", "Dave", "David", "Dawn", "Deborah", "Dennis", "Diana", "Diane", "Don",
    "Donald", "Dorothy", "Doug", "Ed", "Eddie", "Edith", "Edward", "Eleanor", "Elizabeth", "Ella",
    "Ellen", "Emily", "Emma", "Eric", "Ethan", "Eva", "Evelyn", "Fiona", "Florence", "Frances", "Frank",
    "Fred", "Gary", "Gemma", "Geoff", "Georgia", "Gerald", "Gina", "Gloria", "Grace", "Greg", "Hannah",
    "Harriet", "Harry", "Hazel", "Heather", "Helen", "Henry", "Holly", "Hugh", "Ian", "Irene", "Iris",
    "Isabel", "Ivy", "Jack", "Jackie", "Jacob", "Jake", "James", "Jamie", "Jane", "Janet", "Jason",
    "Jean", "Jeff", "Jennifer", "Jenny", "Jeremy", "Jerry", "Jess", "Jessica", "Jill", "Jim", "Jimmy",
    "Joan", "Joanna", "Joe", "Joel", "John", "Johnny", "Jon", "Jonathan", "Joseph", "Josh", "Joshua",
    "Joy", "Joyce", "Judith", "Judy", "Julia", "Julian", "Julie", "June", "Karen", "Kate", "Katherine",
    "Kathy", "Katie", "Keith", "Ken", "Kenneth", "Kevin", "Laura", "Lauren", "Leah", "Leo", "Leon",
    "Leonard", "Lewis", "Lily", "Linda", "Lisa", "Liz", "Louis", "Louise", "Lucy", "Luke", "Maggie",
    "Marcus", "Margaret", "Maria", "Marie", "Marion", "Mark", "Martha", "Mary", "Matt", "Matthew",
    "Max", "May", "Melissa", "Mia", "Michael", "Michelle", "Mike", "Molly", "Nancy", "Naomi", "Natalie",
    "Nathan", "Neil", "Nicholas", "Nick", "Nicole", "Nina", "Nora", "Norman", "Oliver", "Olivia",
    "Oscar", "Pam", "Pamela", "Pat", "Patricia", "Patrick", "Paul", "Paula", "Pauline", "Peggy",
    "Penny", "Peter", "Phil", "Philip", "Phoebe", "Rachel", "Ralph", "Ray", "Raymond", "Rebecca", "Rex",
    "Richard", "Rick", "Rita", "Rob", "Robert", "Robin", "Roger", "Ron", "Rosa", "Rosie", "Roy",
    "Russell", "Ruth", "Ryan", "Sally", "Sam", "Samantha", "Samuel", "Sandra", "Sara", "Sarah", "Scott",
    "Sean", "Sharon", "Sheila", "Shirley", "Simon", "Sophie", "Stella", "Stephanie", "Stephen", "Steve",
    "Steven", "Stuart", "Sue", "Susan", "Sylvia", "Tanya", "Taylor", "Ted", "Teresa", "Theresa",
    "Thomas", "Tim", "Timothy", "Tina", "Toby", "Tom", "Tommy", "Tony", "Tracy", "Tyler", "Vera",
    "Veronica", "Victoria", "Vincent", "Violet", "Walter", "Wendy", "Will", "William", "Winston", "Zoe",
})  # fmt: skip
_OPENED, _CLOSED = frozenset("\"“‘'"), frozenset("\"”’'")
_NAMED_SO = re.compile(r",\s(?:named|called|nicknamed|dubbed)\s\Z")
_AGED = re.compile(r",\s\d{1,3}[,.)]")
# Behind a person's given name, the date of an event: police charged Tyler Friday with
_CHARGED = re.compile(
    r"\b(?:arrested|charged|told|beat|met|visited|named|called|sentenced|killed|found|saw)\s\Z"
)
_SONG = re.compile(r"(?:\s[\w’']+){0,4}\s[A-Z][\w’']*[\"”’](?=[\s,.;])")  # “Friday I’m in Love”
# A firm after a conjunction or preposition: monday.com and Friday Health Plans
_JOINED = frozenset({"and", "or", "of", "by", "from", "with", "at", "for", "between"})
_TWO_NAMES = re.compile(
    r"\s(?!President|Prime|Minister|King|Queen|Pope|Police|Judge|Mayor|Governor|Gov|Sen|Senator|Rep"
    r"|Chancellor|Defen|Foreign"
    r"|Secretary|Chief|Mr|Mrs|Ms|Dr|Gen)[A-Z][a-z]+\s[A-Z][a-z]+"
)
# An animal's name in apposition: Friday the cat
_ANIMAL = re.compile(
    r"\sthe\s(?:[a-z-]+\s)?(?:cat|dog|horse|pony|parrot|rabbit|hamster|goat|pig|cow|donkey|tortoise|kitten"
    r"|puppy|hen|duck|owl"
    r"|fox|bear|gorilla|elephant|penguin|lamb|sheep|seal|camel|llama|alpaca|robot|clown|mascot)\b"
)
_ON = frozenset(
    {"on", "by", "until", "till", "since", "from", "last", "next", "this", "late", "early", "before", "after"}
)
_CAST = frozenset({"starring", "featuring", "opposite", "alongside", "with", "cast", "played"})
# Roads, houses and goods named after a weekday: Sunday River Road, Monday Moon beer
_PROPER = re.compile(
    r"\s(?:[A-Z][\w’']+\s){0,2}(?:Road|Rd|Street|Lane|Avenue|Drive|River|Creek|Lake|Island|Inn|Hotel|Bar"
    r"|Caf[eé]|Pub|Records"
    r"|Books|Press|Bakery|Kitchen|Brewery|Farms?|Hill|Beach|Bridge|Park|Highway|Trail|Church|Mine|Theat"
    r"(?:re|er)|Studios?"
    r"|Foundation|Trust|Magazine|Mountain|Harbou?r|Bay|Wines?|Coffee)\b"
    r"|\s(?:[A-Z][\w’']+\s){1,2}(?:beer|wine|cider|lager|ale|coffee|brand|band|label|perfume|cocktail|tea"
    r"|yacht|boat|app"
    r"|restaurant|bar|caf[eé]|pub|shop|store|gin|whisky|vodka)s?\b"
)
# A thing that is called so: a stew called Friday, not a strike called Friday
_CALLED = re.compile(
    r"\ban?\s(?:[a-z-]+\s){0,3}(?<!strike\s)(?<!election\s)(?<!meeting\s)(?<!vote\s)(?<!halt\s)"
    r"(?<!session\s)(?<!summit\s)"
    r"(?<!protest\s)(?<!rally\s)(?<!truce\s)(?<!conference\s)(?<!referendum\s)(?<!boycott\s)(?<!inquiry\s)"
    r"(?:called|named|titled|dubbed|nicknamed)\s\Z"
)
# Verbs directly after a person's name; a date would follow the verb.
_STATE = re.compile(r"\s(?:was|is|and|has|had|who)\b")
# A person in apposition: Joe Friday, the detective, was
_APPOSED = re.compile(r",\s(?:the|a|an|his|her)\s[a-z]+,\s(?:was|is|had|has|who)\b")


def is_name(found: re.Match[str], text: str, before: str, after: str) -> bool:
    """Whether a weekday is part of a name; `before` and `after` are the text around it."""
    previous = _LAST_WORD.search(before)
    word, rest = (previous[1], before[: previous.start()]) if previous else ("", before)
    if _is_term(before, after) or _is_called(word, before, after):
        return True
    if word in _GIVEN_NAMES and _is_given(rest if previous else "", after):
        return True
    opens = _opens_sentence(rest)
    if word and word[0].isupper() and not opens and word.lower() in _FUNCTION_WORDS:
        return True  # The Man Who Was Thursday
    is_state = not word.endswith("s") and _STATE.match(after)  # Joe Friday was the hero
    if opens and word[:1].isupper() and (is_state or _APPOSED.match(after)):
        return True
    if word in _WORKS and not tense_before(text, found.start()):
        return True
    following = _NEXT_WORD.match(after)
    if not following or not following[1][0].isupper():
        return False
    return (
        following[1].lower() in _NAME_AFTER
        or word.lower() in {"the", "a", "an", "our", "its", "his", "her", "their", "my", "your"}
        or word.lower() in _WORKS | _CAST
        or (not word and opens)
    )


def _is_term(before: str, after: str) -> bool:
    """Whether a weekday is in quotation marks, an address, a score or a saying, or somebody is named so."""
    is_quoted = before[-1:] in _OPENED and after[:1] in _CLOSED
    if is_quoted or (_NAMED_SO.search(before) and re.match(r",\s|\sthe\s", after)):
        return True
    # Monday.com, beat Monday 6-4, Mark Sunday-Smith, Friday the 13th
    return bool(re.match(r"['’]s\s[Cc]hild\b|\.[a-z]{2,4}\b|\s\d{1,2}[-–]\d|-[A-Z]|\sthe\s\d", after))


def _is_called(word: str, before: str, after: str) -> bool:
    """Whether the words beside a weekday make it the name of a paper, a work, a place, an animal or goods."""
    papers = ("Mail on ", "Sun on ", "Independent on ", "Scotland on ", "Herald on ")
    if word.lower() in _NAME_BEFORE or before.endswith(papers) or _PERSON_LED.search(before):
        return True
    is_animal = word.lower() not in _ON and _ANIMAL.match(after)
    is_song = before[-1:] in {"“", '"', "‘"} and _SONG.match(after)
    is_proper = _PROPER.match(after) or _CALLED.search(before) or _PART_OF.search(before)
    return bool(is_proper or is_animal or is_song or (word in _JOINED and _TWO_NAMES.match(after)))


def _is_given(before: str, after: str) -> bool:
    """Whether a given name before a weekday has no surname of its own: Joe Friday, but Ann Boyd Friday."""
    is_alone = not re.search(r"\b[A-Z][\w'’.-]*\s\Z", before) or _opens_sentence(before)
    return bool(_AGED.match(after)) or (is_alone and not _CHARGED.search(before))


def _opens_sentence(before: str) -> bool:
    kept = before.rstrip(" \"“'‘(")
    return not kept or (kept[-1] in ".!?:\n" and not kept.endswith(HOURS))
