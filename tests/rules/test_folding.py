"""What is typed and what a thing is called meet, however either is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalogue.folding import LONGEST, MOST_WORDS, PAIRS, folded, joined, words_of

TYPED = st.text(max_size=200)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("玉露香", ("玉露香",)),
        (" 玉露　香 ", ("玉露", "香")),
        ("ＹＬＸ", ("ylx",)),
        ("Yulu Pear", ("yulu", "pear")),
        ("yù lù xiāng", ("yu", "lu", "xiang")),
        ("蘋果，禮盒", ("苹果", "礼盒")),
        ("隰縣", ("隰县",)),
        ("lǜ dòu", ("lv", "dou")),
        ("pear pear", ("pear",)),
        ("100%", ("100",)),
        ("_", ()),
        ("%%%", ()),
        ("\\", ()),
        ("'; DROP TABLE product --", ("drop", "table", "product")),
        ("\x00\x07\u202e\ufeff", ()),
        ("🍐", ()),
        ("🍐梨🍐", ("梨",)),
        ("", ()),
    ],
)
def test_what_is_typed_becomes_words(typed, words):
    assert words_of(typed) == words


@given(TYPED)
def test_words_are_few_short_and_hold_no_sign_that_means_something_to_like(typed):
    words = words_of(typed)
    assert len(words) <= MOST_WORDS
    assert sum(map(len, words)) <= LONGEST * 18  # one sign may fold into as many
    assert not set("%_\\/| ") & set("".join(words))


@given(TYPED)
def test_folding_again_changes_nothing(text):
    assert folded(folded(text)) == folded(text)
    assert joined(joined(text)) == joined(text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_part_of_a_name_is_a_part_of_the_folded_name(before, after):
    name = f"{before} 玉露香梨 {after}"
    assert joined("玉露香梨") in joined(name)


def test_each_character_has_one_simple_form_that_stays():
    simple = dict(zip(PAIRS[::2], PAIRS[1::2], strict=True))
    assert [sign for sign in simple.values() if simple.get(sign, sign) != sign] == []
