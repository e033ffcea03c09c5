FROM python:3.12-slim AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /build
RUN python -m venv --without-pip /opt/wireroom
COPY requirements.txt requirements-build.txt ./
RUN pip --python /opt/wireroom/bin/python install --require-hashes -r requirements.txt \
    && pip install --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE sbom.cdx.json ./
COPY worker worker
RUN pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && pip --python /opt/wireroom/bin/python install --no-deps --no-index dist/*.whl


FROM python:3.12-slim

ENV PATH=/opt/wireroom/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    WIREROOM_HOME=/var/lib/wireroom \
    WIREROOM_CONFIG=/etc/wireroom/feeds.toml \
    WIREROOM_LOG_FORMAT=json

RUN groupadd --system --gid 10001 wireroom \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/wireroom --shell /usr/sbin/nologin wireroom \
    && install -d -m 700 -o wireroom -g wireroom /var/lib/wireroom
COPY --from=build /opt/wireroom /opt/wireroom

WORKDIR /var/lib/wireroom
USER wireroom
VOLUME /var/lib/wireroom
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD ["wireroom", "health"]
ENTRYPOINT ["wireroom"]
CMD ["run"]
