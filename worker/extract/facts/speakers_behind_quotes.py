"""Further forms behind a quote, by language: katanya · ông Nguyễn Văn Hòa, Giám đốc Sở Y tế, cho biết."""

from worker.extract.facts.speakers_any_verb import STRICT

# An empty group "who" is a subject that the verb implies.
BEHIND_QUOTES: dict[str, tuple[str, ...]] = {
    "id": (
        (
            r"^\s?,?\s?(?P<who>)(?:kata|ujar|tutur|ucap|jelas|ungkap|papar|tegas|imbuh|tambah|terang|beber"
            r"|pungkas|lanjut|tandas)nya(?=\s?[,.;]|\s[a-z]|\s?$)"
        ),
    ),
    "vi": (
        (
            rf"^\s?,\s(?:ông\s|bà\s|anh\s|chị\s)?(?P<who>{STRICT}),\s[^.!?\"“”]{{2,80}}?,?\s"
            r"(?:nói|cho biết|khẳng định|chia sẻ|nhấn mạnh|cho hay|phát biểu|bày tỏ|nhận định)(?!\w)"
        ),
    ),
}
