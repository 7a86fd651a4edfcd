"""Two limits: what bare Flask costs, and what a page of Jinja with one statement costs."""

import os

from flask import Flask, render_template
from sqlalchemy import create_engine, text

app = Flask(__name__)
CONSTANT = "<!doctype html><title>constant</title>" + "<p>pear</p>" * 1_100  # 12 KB, as our pages
PAGE = app.jinja_env.from_string("""<!doctype html><title>{{ title }}</title><ul>{% for row in rows %}<li class="card">
<h3><a href="/products/{{ row.slug }}">{{ row.name_zh }}</a></h3><p>{{ row.tagline_zh }}</p>
<p>{{ "%.2f"|format(row.price_fen / 100) }}</p></li>{% endfor %}</ul>""")
engine = create_engine(os.environ.get("DATABASE_URL", "sqlite://"))
rows_of_a_page = text(
    "SELECT slug, name_zh, tagline_zh, price_fen"
    " FROM (SELECT * FROM product ORDER BY id LIMIT 20) AS product"
    " JOIN offer ON offer.product_id = product.id AND offer.position = 5"
)


@app.get("/constant")
def constant() -> str:
    """Limit (a): nothing but the framework and the bytes."""
    return CONSTANT


@app.get("/list")
def products() -> str:
    """Limit (b): one statement, twenty rows, one template without a macro."""
    with engine.connect() as connection:
        rows = connection.execute(rows_of_a_page).all()
    return render_template(PAGE, title="Products", rows=rows)
