"""Form fields are written as WTForms writes them."""

import importlib.util
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from storefront.web.attributes import attributes

NAMES = ("class_", "id", "data_many", "aria-invalid", "hx-get", "for_", "value", "min")


@pytest.fixture(scope="module")
def theirs():
    """Return WTForms' own function: a module of its own, whatever an app has put in its place."""
    found = importlib.util.find_spec("wtforms.widgets.core")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    assert module is not sys.modules.get("wtforms.widgets.core")
    found.loader.exec_module(module)
    return module.html_params


@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.one_of(st.text(), st.booleans(), st.integers(), st.text().map(Markup)),
    )
)
def test_what_is_written_is_what_wtforms_writes(theirs, named):
    assert attributes(**named) == theirs(**named)


def test_what_was_typed_cannot_leave_its_attribute():
    assert attributes(value='"><script>') == 'value="&#34;&gt;&lt;script&gt;"'
