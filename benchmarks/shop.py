"""The shop as production serves it, with the pretend payment page beside it."""

from dataclasses import replace

from storefront import config, create_app

app = create_app(replace(config.load(), environment="production"), serving=True)
