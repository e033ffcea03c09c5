"""The language of a text: declared, by script, by frequent words, by a model."""

import subprocess
import sys

import pytest

from worker.text.language import detect_language

SENTENCES = [
    ("en", "The police said that the fire in the harbor was not an accident"),
    ("de", "Die Polizei sagte, dass der Brand im Hafen nicht ein Unfall war"),
    ("fr", "La police a dit que le feu dans le port est une affaire pour les juges"),
    ("es", "La policía dijo que el incendio en el puerto no fue un accidente"),
    ("hu", "Három embert vett őrizetbe a rendőrség a tűz után"),
    ("sr", "Полиција је привела три особе после пожара у луци"),
    ("vi", "Cảnh sát bắt giữ ba người sau vụ cháy cảng"),
    (None, "iPhone 17 Pro Max vs Galaxy S26 Ultra"),
]


@pytest.mark.parametrize(("lang", "text"), SENTENCES)
def test_the_language_of_a_sentence_is_found_or_none(lang, text):
    assert detect_language(text) == lang


@pytest.mark.parametrize(
    ("declared", "text", "lang"),
    [
        ("en-us", "Short title", "en-US"),
        ("en-US", "한국은행이 기준금리를 동결했다", "ko"),
        ("ko", "새 소식", "ko"),
        ("ko", "LG G8 ThinQ 5G", "ko"),
        ("x-unknown", "Kort", None),
    ],
)
def test_a_declared_language_holds_unless_the_script_contradicts_it(declared, text, lang):
    assert detect_language(text, declared) == lang


def test_a_clear_text_loads_no_model():
    """The model takes a second of CPU time and more than 100 MB in every process that loads it."""
    code = (
        "import sys; from worker.text.language import detect_language; "
        f"assert detect_language({SENTENCES[0][1]!r}) == 'en'; print('py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
