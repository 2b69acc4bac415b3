# One image for every process; the command says which (see docker-compose.yml).
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=oms.settings THROUGHLINE_ENV=production \
    THROUGHLINE_DATA=/data STATIC_ROOT=/app/static-collected

RUN useradd --system --user-group --home-dir /app --shell /usr/sbin/nologin throughline \
    && install -d -o throughline -g throughline /data
WORKDIR /app

COPY requirements/app.txt requirements/constraints.txt requirements/
RUN pip install -r requirements/app.txt -c requirements/constraints.txt

COPY manage.py ./
COPY oms oms
COPY orders orders
COPY inventory inventory
COPY fulfillment fulfillment
COPY shipping shipping
COPY returns returns
COPY channels channels
COPY analytics analytics
COPY templates templates
# Collecting reads no secret and connects to nothing; the key only lets the settings load.
RUN SECRET_KEY=only-while-building ENCRYPTION_KEYS= python manage.py collectstatic --noinput

USER throughline
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", \
     "--blocking-threads", "4", "--workers-kill-timeout", "10", "oms.wsgi:application"]
