# One recipe for six images. COMPONENT is identity, registration, notification, billing, gateway, or mypage (the command line).
#   docker build --build-arg COMPONENT=identity --tag mypage-identity .
# Probes belong to whoever runs the container (compose, Kubernetes), so there is no HEALTHCHECK.

FROM python:3.13-slim-bookworm AS python
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

FROM python AS libraries
WORKDIR /build
COPY requirements.lock requirements-gateway.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock
# PDF files are the gateway's alone; what they are made with is as large as all the rest.
ARG COMPONENT
RUN if [ "${COMPONENT}" = gateway ]; then \
        /venv/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements-gateway.lock; fi

# Only what the component may import: a service cannot reach for a neighbour's code, as it is not there. The command line goes without
# what `mypage up` alone needs. Last, rights: files of a clone under umask 077 are for nobody else.
FROM python AS code
ARG COMPONENT
WORKDIR /source
COPY . .
RUN mkdir /app && cp -r chassis messages /app/ \
    && case "${COMPONENT}" in \
        identity|registration|notification|billing) \
            mkdir /app/services && cp services/__init__.py /app/services/ && cp -r "services/${COMPONENT}" /app/services/ \
            && module="services.${COMPONENT}" ;; \
        gateway) cp -r gateway /app/ && module=gateway ;; \
        mypage) cp -r services mypage /app/ && module=mypage \
            && for part in demo mailcatcher backing_services.py components.py data_directory.py postgres.py postgres_files.py \
                postgres_place.py rabbitmq.py supervision.py system.py welcome.py; do rm -r "/app/mypage/local/${part}"; done ;; \
        *) echo "COMPONENT must be identity, registration, notification, billing, gateway or mypage" >&2; exit 1 ;; \
    esac \
    && printf 'exec python -P -m %s "$@"\n' "${module}" > /app/start \
    && python -m compileall -q /app \
    && chmod -R a+rX /app

FROM python
ARG COMPONENT
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mypage-${COMPONENT}" \
      org.opencontainers.image.description="Self-care portal of a regional internet and cable company: ${COMPONENT}" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The folder is for what the command line writes; a named volume mounted there inherits its owner.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin mypage \
    && install --directory --owner=10001 --group=10001 /var/lib/mypage
COPY --from=libraries /venv /venv
COPY --from=code /app /app
# The command line may work in a folder of files; what lies about there is no module of ours.
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app MYPAGE_DATA_DIR=/var/lib/mypage
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
# `exec` inside the script makes Python process 1, so it hears SIGTERM.
ENTRYPOINT ["/bin/sh", "/app/start"]
