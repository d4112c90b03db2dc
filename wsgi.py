"""The WSGI entry: `gunicorn wsgi:application`, `flask --app wsgi …`."""

import os

from workflow_app import config, create_app

application = create_app(config.read(os.environ))
