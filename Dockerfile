FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    WIREROOM_HOME=/var/lib/wireroom \
    WIREROOM_CONFIG=/etc/wireroom/feeds.toml \
    WIREROOM_LOG_FORMAT=json

RUN useradd --system --uid 10001 --home-dir /var/lib/wireroom wireroom \
    && install -d -m 700 -o wireroom -g wireroom /var/lib/wireroom

WORKDIR /app
COPY requirements.txt requirements-build.txt ./
RUN pip install --require-hashes -r requirements.txt -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY worker worker
COPY config/feeds.toml config/feeds.toml
RUN pip install --no-deps --no-build-isolation .

WORKDIR /var/lib/wireroom
USER wireroom
VOLUME /var/lib/wireroom
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["wireroom", "health"]
ENTRYPOINT ["wireroom"]
CMD ["run"]
