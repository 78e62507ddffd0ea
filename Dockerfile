# Styles and charts
FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

# Python packages, in an environment that is copied whole
FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements/base.txt ./
RUN /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r base.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home smbcases && install --directory --owner smbcases /files
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=smbcases.settings.production
COPY --from=packages /venv /venv
COPY --from=pages /app/node_modules node_modules
COPY . .
# Collecting needs settings, but none of the values: these stay in this one command.
# Tabler's optional libraries are left out: we use none, and one of them names a file that is not there.
RUN SECRET_KEY=unused ALLOWED_HOSTS=unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused \
    python manage.py collectstatic --noinput --ignore libs
USER smbcases
EXPOSE 8000
CMD ["gunicorn", "smbcases.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
