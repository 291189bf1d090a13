# The gateway. Give it a DATABASE_URL (compose.yaml does), or a volume at /data for the embedded PostgreSQL.
FROM node:24-bookworm-slim AS packages
WORKDIR /carom
COPY package.json package-lock.json .npmrc carom.js ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /carom
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
COPY --from=packages /carom/node_modules ./node_modules
COPY . .
RUN mkdir -p /data node_modules/.cache/carom && chown node:node /data node_modules/.cache/carom
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=16", "carom.js", "serve"]
