# The service, without WordPress:
#   docker build -t link-suggester .
#   docker run -d -v link-suggester:/data -p 127.0.0.1:8765:8765 link-suggester
# `docker compose up` starts it with a WordPress to try it in; see docker-compose.yml.

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/suggester
WORKDIR /src
COPY requirements-scale.lock ./
RUN /opt/suggester/bin/pip install -r requirements-scale.lock
COPY pyproject.toml README.md LICENSE ./
COPY models ./models
COPY suggester ./suggester
RUN /opt/suggester/bin/pip install --no-deps . \
    && /opt/suggester/bin/pip uninstall -y pip \
    && find /opt/suggester -depth -type d -name tests -path '*/site-packages/*' -exec rm -rf {} +

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Link suggester" \
      org.opencontainers.image.description="Self-hosted internal link suggestions for WordPress" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin suggester \
    && mkdir /data \
    && chown suggester:suggester /data
COPY --from=build /opt/suggester /opt/suggester
ENV PATH=/opt/suggester/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SUGGESTER_DATA=/data \
    SUGGESTER_CACHE=/tmp/link-suggester \
    SUGGESTER_HOST=0.0.0.0 \
    SUGGESTER_PORT=8765
USER suggester
WORKDIR /data
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['SUGGESTER_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["suggester"]
CMD ["serve"]
