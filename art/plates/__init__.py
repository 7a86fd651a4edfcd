"""Every picture, by the key that a product names it with."""

from art.plates import boxes, hero, larder, orchard, pears, winter

PICTURES = {
    "pear": pears.pear,
    "pear-half": pears.pear_half,
    "jinli": pears.jinli,
    "suli": pears.suli,
    "pear-blossom": pears.pear_blossom,
    "pear-frozen": winter.pear_frozen,
    "pear-crate": pears.pear_crate,
    "pear-small": pears.pear_small,
    "pear-gift-box": boxes.pear_gift_box,
    "gift-set": boxes.gift_set,
    "pear-nine": boxes.pear_nine,
    "household-box": boxes.household_box,
    "apple": orchard.apple,
    "walnut": orchard.walnut,
    "potato": orchard.potato,
    "pear-paste": larder.pear_paste,
    "honey": larder.honey,
    "millet": larder.millet,
    "kidney-bean": larder.kidney_bean,
    "pear-dried": larder.pear_dried,
    "pear-juice": larder.pear_juice,
    "hero": hero.hero,
}
