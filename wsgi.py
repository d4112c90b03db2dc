"""The WSGI entry: `gunicorn wsgi:application`, `flask --app wsgi …`; so every process of ours, web or worker, begins here."""

import gc
import os

from workflow_app import config, create_app

application = create_app(config.read(os.environ))

# What stands now stays until the end: the collector need not look through it again and again. And nearly all of a request
# is gone without the collector, which therefore need not come in each of them. Together a tenth of a request.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
