# syntax=docker/dockerfile:1
# The service as an image: built in one stage, run in another that holds neither compiler nor pip's cache nor our sources.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/governance
# First what changes seldom: everything by hash, exactly as it was tested.
COPY requirements.lock ./
RUN /opt/governance/bin/python -m pip install --require-hashes --requirement requirements.lock
COPY . .
RUN /opt/governance/bin/python -m pip install --no-index --no-deps --no-build-isolation .
# What only tests and builds need does not travel; what is left must be whole (httpx stays: spaCy needs it too). Neither does
# PyAV: its FFmpeg has GPL codecs (docs/decisions/0017). Whoever wants it builds an image of their own on this one.
RUN /opt/governance/bin/python -m pip uninstall --yes --quiet \
      aiosmtpd av axe-playwright-python editables hatchling hypothesis import-linter jsonschema mypy ocsf-json-schema playwright \
      pytest pytest-timeout pytest-xdist rfc8785 ruff types-pyyaml uv \
 && /opt/governance/bin/python -m pip check

FROM python:3.13-slim-bookworm
# Fixed numbers, so that the owner of a volume stays the same from one image to the next.
RUN groupadd --gid 10001 governance \
 && useradd --uid 10001 --gid governance --no-create-home --shell /usr/sbin/nologin governance \
 && install --directory --owner governance --group governance --mode 0700 \
      /var/lib/governance /var/lib/governance-keys /var/lib/governance-anchor /var/lib/governance-ledger
COPY --from=build /opt/governance /opt/governance
ENV PATH=/opt/governance/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GOVERNANCE_ENV=production \
    GOVERNANCE_HOME=/var/lib/governance \
    GOVERNANCE_KEYS=/var/lib/governance-keys \
    GOVERNANCE_ANCHOR=/var/lib/governance-anchor \
    GOVERNANCE_LEDGER=/var/lib/governance-ledger \
    GOVERNANCE_BIND=0.0.0.0 \
    GOVERNANCE_PORT=8080
USER 10001:10001
# Keys, the log's anchor and the erasure ledger are volumes of their own: kept beside the database they would prove nothing.
VOLUME ["/var/lib/governance", "/var/lib/governance-keys", "/var/lib/governance-anchor", "/var/lib/governance-ledger"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["governance"]
CMD ["serve"]
