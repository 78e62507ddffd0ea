"""The building: settings, urls, Celery and its schedule, the playbook, embedded servers, `lib`."""
