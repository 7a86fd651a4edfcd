"""The shop as production serves it (wsgi.py), with the pretend payment page beside it."""

import gc
from dataclasses import replace

gc.disable()
from storefront import config, create_app  # noqa: E402

app = create_app(replace(config.load(), environment="production"), serving=True)
gc.freeze()
gc.enable()
