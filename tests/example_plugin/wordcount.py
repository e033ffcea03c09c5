"""An example of a plug-in: one that works, and one whose kind is taken."""

from worker.records import Extraction, ExtractorInput


class WordCount:
    """Counts words; says on what they stood."""

    name = "wordcount"
    version = "1"
    kinds = ("words",)
    needs = ("text",)

    def extract(self, doc: ExtractorInput) -> Extraction:
        words = len(doc.text.split())
        return Extraction("ok", None, {"schema": "words/1", "words": words, "of": doc.text_from})


class TakesCredit(WordCount):
    """Wants to make a kind that is built in."""

    name = "credit-taker"
    kinds = ("credit",)
