"""Rule out the lines that cannot credit an agency, so that few are searched for the many forms."""

from worker.agencies.closing_forms import MAIL_HOSTS
from worker.agencies.phrases import Phrases
from worker.agencies.spellings import SPELLINGS

# of the forms that name no agency: words that a line has in any order, and parts of words in other letters
_PHRASES = (
    "reporting by", "writing by", "compiled by", "editing by", "reporte de", "reportagem de", "bericht von",
    "reportage", "with agency", "from agency", "with agencies", "from agencies", "agencies", "agences",
    "agencias", "agenzie",
    "agenturen", "persbureaus", "from services",
    "from reports", "input from", "inputs from", "www kcna kp", "juche", "standards", "ant",
    "buenos aires na", "la plata na", "rosario na", "mendoza na", "córdoba na", "santa fe na", "salta na",
    "cordoba na", "bariloche na", "trend",
)  # fmt: skip
_PARTS = (
    "édité par",
    "編輯",
    "譯者",
    "核稿",
    "공감언론",
    "con información de",
    "新華社",
    "新华社",
    "中新社",
    "中央社",
    "연합",
    "共同",
    "時事",
    "时事",
    "agências",
    "एजेंसी",
)


_CREDITING = Phrases({*SPELLINGS, *MAIL_HOSTS, *_PHRASES, *_PARTS})


def may_credit(line: str) -> bool:
    """Whether a line has the words of an agency's name, in any order, or of a form that names none."""
    return bool(_CREDITING.within(line))
