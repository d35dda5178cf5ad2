# Waymark for production. Needs MONGODB_URI (a replica set or sharded cluster), PUBLIC_URL and SECRET_KEYS; see docs/operations.md.
# Not yet tried: written where no Docker engine runs. Its steps (npm ci, build, start) are those that are tested without it.

# Node 24 is a long-term release (until April 2028).
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.server.json vite.config.ts ./
COPY contract contract
COPY server server
COPY client client
COPY demo-lms demo-lms
COPY content content
COPY lti-config lti-config
RUN npm run build && rm -rf dist/demo-lms

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM ${NODE_IMAGE}
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY content content
COPY lti-config lti-config
# The image's own user without rights; nothing in /app is its own, it writes to the database only.
USER node
EXPOSE 3000
# The process lives. Whether it can serve (database, migrations, keys) is asked at /readyz, by the load balancer.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server/main.js"]
