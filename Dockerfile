# docker build -t tracelock .
# docker run --rm --network none -v "$PWD:/work" tracelock build-sdtm mystudy
#
# The product as it is locked, nothing else; no root, and no network when it runs.
FROM python:3.13-slim AS build
WORKDIR /source
RUN python -m venv /opt/tracelock
COPY requirements.core.lock ./
RUN /opt/tracelock/bin/pip install --no-cache-dir --no-deps --only-binary :all: \
    --require-hashes -r requirements.core.lock
COPY . .
RUN /opt/tracelock/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /opt/tracelock/bin/pip check

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 tracelock
COPY --from=build /opt/tracelock /opt/tracelock
ENV PATH=/opt/tracelock/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER tracelock
WORKDIR /work
CMD ["tracelock", "--help"]
