# Lookout in a container: docs/deployment.md. Its licences and those of what it contains: /usr/share/doc/lookout.

FROM node:20-bookworm-slim AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /src
COPY . .
# The packages as npm packs them, without tests; then what they need at run time, in the versions of the lockfile, for this platform alone.
RUN npm ci --no-progress \
 && node_modules/.bin/tsc -b --noCheck packages/server \
 && npm run build -w @lookout/web \
 && mkdir /packed /opt/lookout \
 && for folder in packages/*; do npm pack --silent --pack-destination /packed -w "$folder" || exit 1; done \
 && cp --parents package.json package-lock.json .npmrc scripts/bootstrap.mjs scripts/package.json bench/package.json e2e/package.json /opt/lookout
WORKDIR /opt/lookout
RUN for archive in /packed/*.tgz; do \
      name=$(basename "$archive" | sed 's/^lookout-//; s/-[0-9].*//') \
      && mkdir -p "packages/$name" \
      && tar -xzf "$archive" -C "packages/$name" --strip-components=1 || exit 1; \
    done \
 && npm ci --omit=dev --no-progress -w packages/server \
 && node --input-type=module --eval "import { trim } from './scripts/bootstrap.mjs'; trim();" \
 && rm -rf scripts bench e2e package-lock.json .npmrc node_modules/@lookout/scripts node_modules/@lookout/bench node_modules/@lookout/e2e
# Without what no running server opens: tests, texts, sources, bundles for browsers, symbols for debuggers. Licences stay.
# hadolint ignore=DL3008
RUN find node_modules packages/*/node_modules -depth -type d \
      \( -name .github -o -name test -o -name tests -o -name 'benchmark*' -o -name 'example*' -o -name 'musl_*' -o -path '*/protobufjs/dist' \) -exec rm -r {} + \
 && find node_modules packages/*/node_modules -type f \
      \( -name '*.md' -o -name '*.ts' -o -name '*.[mc]ts' -o -name '*.map' -o -name '*.cc' -o -name '*.h' -o -name '*.hh' -o -name '*.bc.js' \
         -o -path '*/mediabunny/dist/bundles/*' ! -name '*.node.cjs' \) ! -iname '*licen[cs]e*' ! -iname '*notice*' -delete \
 && find packages \( -name '*.d.ts' -o -name '*.d.mts' \) -delete \
 && apt-get update && apt-get install --yes --no-install-recommends binutils && rm -rf /var/lib/apt/lists/* \
 && strip /usr/local/bin/node

# The same Debian without npm, and without what only installing more would need: Perl, apt, character sets.
FROM debian:bookworm-slim AS system
# libjpeg-turbo makes JPEGs in half of FFmpeg's time; tini is process 1, which reaps what ends.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libstdc++6 libturbojpeg0 tini \
 && dpkg --purge --force-depends --force-remove-essential perl-base apt libapt-pkg6.0 gpgv \
 && rm -rf /var/lib/apt /var/cache/apt /usr/lib/*/gconv \
 && install --directory --owner=1000 --group=1000 --mode=0700 /data \
 && ln -s /opt/lookout/packages/server/bin/lookout.js /usr/local/bin/lookout
COPY LICENSE NOTICE docs/licences.md /usr/share/doc/lookout/
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /opt/lookout /opt/lookout

# One layer, so that what was removed takes no space.
FROM scratch
COPY --from=system / /
# The first must be there before Node starts: FFmpeg's reads wait on threads of the pool, one per camera.
ENV UV_THREADPOOL_SIZE=64 \
    NODE_ENV=production \
    LOOKOUT_DATA=/data \
    LOOKOUT_HOST=0.0.0.0 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LABEL org.opencontainers.image.title="Lookout" \
      org.opencontainers.image.description="Self-hosted real-time video detection server" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later"
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8080/tcp 1935/tcp
STOPSIGNAL SIGTERM
# With HTTPS the answer over plain HTTP is a redirection, which shows as well that the server lives.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.LOOKOUT_PORT ?? 8080}/healthz`, { redirect: 'manual' }).then(({ status }) => process.exit(status < 400 ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=4", "/opt/lookout/packages/server/bin/lookout.js"]
