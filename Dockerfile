# Three images: --target contour (the default), envoy, kuard. Every base image is a build argument; none is fetched from
# inside a build but these. The final base has no shell and no package manager: the C and C++ libraries that Node links
# against, and nothing else. Node itself comes from NODE_IMAGE, so one pin is the version that builds and that runs.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot
ARG ENVOY_IMAGE=docker.io/envoyproxy/envoy:distroless-v1.40.0

FROM ${ENVOY_IMAGE} AS envoy
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="envoy" \
      org.opencontainers.image.description="Envoy as contour-ts deploys it: not root, no wrapper script" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["envoy"]
CMD ["--help"]

FROM ${NODE_IMAGE} AS node

FROM ${BASE_IMAGE} AS runtime
COPY --from=node /usr/local/bin/node /usr/local/bin/node
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp
USER 65532:65532
WORKDIR /tmp

FROM node AS kuard-program
WORKDIR /src
COPY tools/image/strip.mjs tools/image/
COPY examples/example-workload/kuard examples/example-workload/kuard
RUN ["node", "tools/image/strip.mjs", "examples/example-workload/kuard", "/usr/lib/kuard"]

FROM runtime AS kuard
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kuard" \
      org.opencontainers.image.description="A web server that shows what reached it, the example workload of contour-ts" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=kuard-program /usr/lib/kuard /usr/lib/kuard
EXPOSE 8080
ENTRYPOINT ["node", "--max-semi-space-size=1", "/usr/lib/kuard/main.js"]

# The packages before the sources, so that a changed source doesn't install them again. A company's registry comes by
# the build secrets `npmrc` (npm's settings) and `ca` (PEM of the authority that signed the registry's certificate).
FROM node AS program
WORKDIR /src
COPY package.json package-lock.json buf.gen.yaml ./
COPY protos/package.json protos/
COPY protos/overlay protos/overlay
COPY tools/setup.mjs tools/protos.mjs tools/
COPY tools/setup tools/setup
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=ca,target=/run/secrets/ca \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    node tools/setup.mjs packages protos
COPY LICENSE ./
COPY tools/image tools/image
COPY src src
RUN ["node", "tools/image/bundle.mjs", "/usr/lib/contour"]

FROM runtime AS contour
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="contour" \
      org.opencontainers.image.description="Kubernetes ingress controller and Envoy control plane" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=program /usr/lib/contour /usr/lib/contour
ENV PATH=/usr/lib/contour/bin:/usr/local/bin:/usr/bin:/bin
EXPOSE 8000 8001
ENTRYPOINT ["contour"]
CMD ["--help"]
