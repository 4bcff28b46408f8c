// Counts visits in redis, asks the legacy system for its answer, and says both.
"use strict";
const http = require("http");
const redis = require("redis");

const visits = redis.createClient({ url: "redis://redis:6379" });

async function page() {
  const count = await visits.incr("visits");
  const answer = await fetch("http://erp:8080/", { signal: AbortSignal.timeout(5000) });
  return `<p>app: node ${process.version}</p>\n<p>redis: visit ${count}</p>\n<p>erp: ${(await answer.text()).trim()}</p>\n`;
}

async function main() {
  await visits.connect();
  http
    .createServer((request, response) => {
      if (request.url === "/health") {
        response.end("ok\n");
        return;
      }
      page().then(
        (body) => response.end(body),
        (error) => response.writeHead(502).end(`app: ${error.message}\n`),
      );
    })
    .listen(3000);
}

main();
