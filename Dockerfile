# Two images of one build: the service (what `docker build .` makes), and beside it the bank simulator, a sandbox that
# production has no use for (`--target simulator`). No install scripts: the image brings its own Node, so the pinned npm
# package `node` stays an empty shell here. The client for partners is no part of them: without its folder npm passes
# over the workspace.
ARG NODE_IMAGE=node:24-bookworm-slim

# What runs, in a stage of its own: a change of the source installs nothing again.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && mv dist/bank-simulator ./bank-simulator

# Files are root's, and so can't be changed by what runs.
FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./

FROM runtime AS simulator
RUN install -d -o node -g node /data
COPY --from=build /app/bank-simulator ./dist/bank-simulator
USER node
EXPOSE 4000
HEALTHCHECK --interval=3s --timeout=4s --start-period=30s --retries=20 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.SIMULATOR_PORT || 4000) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/bank-simulator/main.js"]

FROM runtime AS service
COPY --from=build /app/dist ./dist
# Late, as it changes with every build.
ARG GIT_COMMIT=
# A container has an address of its own; who reaches it is said where it is run.
ENV GIT_COMMIT=${GIT_COMMIT} HOST=0.0.0.0
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=24", "--initial-old-space-size=60", "--heap-growing-percent=20", \
  "--max-old-space-size=400", "--no-allocation-site-pretenuring", "--v8-pool-size=1", "dist/main.js"]
