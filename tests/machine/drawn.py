"""What Hypothesis draws for a step."""

from hypothesis import strategies as st

from tests import factories as make

NUMBER = st.integers(0, 30)  # the nth of whatever there is
PERCENT = st.integers(1, 130)  # of what is there: sometimes more than all of it
YES = st.booleans()
SKU = st.sampled_from((make.BOX, make.PAIR, make.GIFT, make.PASTE))
ITEMS = st.lists(
    st.tuples(SKU, st.integers(1, 3)), min_size=1, max_size=3, unique_by=lambda item: item[0]
)
PROVINCE = st.sampled_from((make.SHANXI, make.BEIJING, make.TIBET))
HOW = st.sampled_from(("scanned", "typed", "assumed"))
