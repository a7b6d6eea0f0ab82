# Each stage is a step of server/deploy/build.sh, which runs without Docker too.
FROM debian:bookworm-slim AS deps
WORKDIR /src
COPY server/deploy/build.sh server/deploy/common.sh server/deploy/setup.sh \
    server/deploy/package.json server/deploy/package-lock.json server/deploy/
COPY server/web/package.json server/web/package-lock.json server/web/
RUN server/deploy/build.sh deps

FROM deps AS build
COPY . .
RUN server/deploy/build.sh build && server/deploy/build.sh package /out

FROM debian:bookworm-slim
COPY server/deploy/build.sh server/deploy/common.sh server/deploy/setup.sh /tmp/setup/server/deploy/
RUN /tmp/setup/server/deploy/build.sh runtime && \
    rm -rf /tmp/setup /var/lib/apt/lists/* && \
    useradd --system --no-create-home complaintd
# The configuration is readable by its group alone.
COPY --from=build --chown=root:complaintd /out /
# In a container the proxy is always somewhere else.
ENV COMPLAINTD_HTTP_LISTEN=0.0.0.0
EXPOSE 8080
USER complaintd
# Migrations: run /usr/lib/complaintd/migrate.sh URL with the owner's URL first. The database is
# named by COMPLAINTD_DATABASE_URL.
ENTRYPOINT ["/usr/bin/complaintd", "--config", "/etc/complaintd/complaintd.ini"]
