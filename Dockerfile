FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SUPPORTDESK_NO_BOOTSTRAP=1 SUPPORTDESK_VAR=/var/lib/supportdesk \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/var/lib/supportdesk/files
RUN useradd --system --create-home --uid 10001 desk && mkdir -p /var/lib/supportdesk/files /srv/static \
    && chown -R desk /var/lib/supportdesk /srv/static
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt
COPY . .
USER desk
RUN SECRET_KEY=build-only DATABASE_URL=postgresql:///none python manage.py collectstatic --noinput
EXPOSE 8000 2525
CMD ["uvicorn", "supportdesk.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--timeout-graceful-shutdown", "3"]
