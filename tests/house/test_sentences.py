"""Sentences stand in pages as they are (web/sentences.py): none of them is markup."""

from babel.messages.pofile import read_po

from tests.house.test_words import CATALOGUE


def test_no_sentence_holds_markup():
    """Inside an attribute a quotation mark, or anywhere a bracket, would end what is around it."""
    with CATALOGUE.open("rb") as lines:
        catalogue = [message for message in read_po(lines) if message.id]
    said = [
        text
        for message in catalogue
        for texts in (message.id, message.string or "")
        for text in ([texts] if isinstance(texts, str) else texts)
    ]
    assert said
    assert [text for text in said if any(sign in text for sign in '<>&"')] == []
