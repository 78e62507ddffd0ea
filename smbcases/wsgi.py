"""For gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from smbcases.readiness import get_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smbcases.settings.local")

application = get_wsgi_application()
get_ready()
