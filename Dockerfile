# The tag follows 3.13's security releases; pin a digest where you build.
FROM python:3.13-slim AS build

WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /opt/bridge \
    && pip install --no-cache-dir --require-hashes -r requirements-build.lock \
    && pip --python /opt/bridge/bin/python install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bridge ./bridge
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && pip --python /opt/bridge/bin/python install --no-cache-dir --no-deps --no-index /wheels/*.whl

FROM python:3.13-slim

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="bridge" \
      org.opencontainers.image.description="Keeps error-tracking issues and case-management cases in two-way sync" \
      org.opencontainers.image.version="${VERSION}"

# The base image's pip goes too, and what could bring it back: nothing installs here.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/pip* \
        /usr/local/lib/python3.*/ensurepip \
    && groupadd --gid 10001 bridge \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin bridge \
    && install -d -o 10001 -g 10001 /data /etc/bridge

COPY --from=build /opt/bridge /opt/bridge

# A container is reached from outside itself; the environment wins over the file.
ENV PATH="/opt/bridge/bin:${PATH}" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BRIDGE_CONFIG=/etc/bridge/config.toml \
    BRIDGE__SERVER__HOST=0.0.0.0 \
    BRIDGE__SERVER__PORT=8080

# The default store is bridge.db in the working directory.
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['BRIDGE__SERVER__PORT'] + '/healthz', timeout=3)"]

ENTRYPOINT ["bridge"]
CMD ["serve"]
