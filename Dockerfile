# The companion as one process that runs as nobody in particular and keeps its data on one volume.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN groupadd --gid 10001 companion \
    && useradd --uid 10001 --gid companion --no-create-home --home-dir /app --shell /usr/sbin/nologin companion \
    && install -d -o companion -g companion -m 0700 /var/lib/companion

# pg_dump and psql, of the version that docker-compose.yml runs: companion backup and restore call them.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
# The pins first: they change less often than the code.
COPY constraints.txt ./
RUN pip install --require-hashes -r constraints.txt
COPY pyproject.toml LICENSE ./
COPY adapters ./adapters
COPY bot ./bot
COPY conversations ./conversations
RUN pip install --no-build-isolation --no-deps --editable .

USER companion
VOLUME /var/lib/companion
EXPOSE 8080

# The internal listener answers inside the container only.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["companion", "serve"]
