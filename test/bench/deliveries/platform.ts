import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A platform that does nothing but take scores, as fast as it says: a program of its own, so that its work does not
 * count as ours. Prints its address; `/stats` tells what came.
 *
 * WM_ANSWER_MS: how long an answer takes. WM_FAIL_PERCENT: how many are answered 503 instead, nothing done.
 */
const answerMs = Number(process.env['WM_ANSWER_MS'] ?? 50);
const failShare = Number(process.env['WM_FAIL_PERCENT'] ?? 5) / 100;

interface Held {
  timestamp: number;
  scoreGiven: number;
  scoreMaximum: number;
  /** Every value that was ever taken for this person, in order. */
  taken: number[];
}
const held = new Map<string, Held>();
const arrivals: number[] = [];
let requests = 0;
let reads = 0;
let failed = 0;
let refused = 0;
let firstAt = 0;
/** How long the answers really took: on a busy machine a timer is late. */
let answeredMs = 0;

// mulberry32: the same calls fail in every run
let seed = 20_261_123;
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of req) parts.push(part as Uint8Array);
  return Buffer.concat(parts).toString('utf8');
}

interface Score {
  userId: string;
  timestamp: string;
  scoreGiven: number;
  scoreMaximum: number;
}

/** 200, or 409 for a score that is no newer than the one that is there (AGS 2.0 §3.4.4). */
function take(key: string, score: Score): number {
  const before = held.get(key);
  const timestamp = Date.parse(score.timestamp);
  if (before && before.timestamp >= timestamp) {
    refused += 1;
    return 409;
  }
  if (!before) arrivals.push(performance.now());
  const { scoreGiven, scoreMaximum } = score;
  const taken = [...(before?.taken ?? []), scoreGiven];
  held.set(key, { timestamp, scoreGiven, scoreMaximum, taken });
  return 204;
}

function stats() {
  const all = [...held.values()];
  return {
    requests,
    reads,
    failed,
    refused,
    arrived: held.size,
    answerMs: answeredMs / Math.max(1, requests),
    twice: all.filter(({ taken }) => taken.length > 1).length,
    differing: all.filter(({ taken }) => new Set(taken).size > 1).length,
    /** Seconds from the first score request to the arrival of 99 % of `n` scores. */
    arrivals: arrivals.map((at) => (at - firstAt) / 1000),
  };
}

const server = createServer((req, res) => {
  void (async () => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const json = (status: number, body: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/stats') return json(200, stats());
    if (url.pathname === '/token') {
      await bodyOf(req);
      return json(200, { access_token: 'bench', token_type: 'Bearer', expires_in: 3600 });
    }
    if (url.pathname.endsWith('/results')) {
      reads += 1;
      const userId = url.searchParams.get('user_id') ?? '';
      const one = held.get(`${url.pathname.replace(/\/results$/, '')} ${userId}`);
      const result = one && { userId, resultScore: one.scoreGiven, resultMaximum: one.scoreMaximum };
      setTimeout(() => json(200, result ? [{ id: url.href, ...result }] : []), answerMs);
      return;
    }
    if (firstAt === 0) firstAt = performance.now();
    requests += 1;
    const came = performance.now();
    const score = JSON.parse(await bodyOf(req)) as Score;
    const fails = random() < failShare;
    if (fails) failed += 1;
    setTimeout(() => {
      // what is done is done when the answer goes out, so a caller who dies meanwhile is not heard of
      const status = fails ? 503 : take(`${url.pathname.replace(/\/scores$/, '')} ${score.userId}`, score);
      res.writeHead(status).end();
      answeredMs += performance.now() - came;
    }, answerMs);
  })();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
