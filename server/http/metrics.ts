import type { Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { contextOf } from './requestContext.ts';

/** How long work has been waiting, in seconds. */
export interface JobLag {
  /** How long a due score has been waiting in a lane that no worker handles. */
  deliveries: number;
  /** How overdue the latest unclaimed periodic job is. */
  jobs: number;
}

/** How often the event loop is woken to measure its delay: at 10 ms, the default, an idle process would do nothing else. */
const LOOP_PRECISION_MS = 100;
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const JOB_SECONDS = [0.01, 0.1, 1, 10, 60, 600];

/** Paths that are not endpoints of the contract, by their prefix. */
const PLACES: readonly [RegExp, string][] = [
  [/^\/lti\/(?:login|launch|jwks|register|logo\.png)$/, ''],
  [/^\/lti\/config\//, '/lti/config/:lms'],
  [/^\/app\//, '/app/:key'],
  [/^\/files\//, '/files/:artifactId'],
  [/^\/api\/v1\/uploads/, '/api/v1/uploads'],
  [/^\/assets\//, '/assets'],
  [/^\/(?:healthz|readyz|metrics|favicon\.svg|api\/docs|api\/v1\/openapi\.json)$/, ''],
];

/** The template of a request's route: the path itself would be an unbounded label that contains ids. */
function templateOf(req: Request): string {
  const { route } = contextOf(req);
  if (route !== null) return route;
  const path = req.originalUrl.split('?', 1)[0] ?? '';
  const place = PLACES.find(([pattern]) => pattern.test(path));
  return place ? place[1] || path : 'other';
}

function counters(registry: Registry) {
  const registers = [registry];
  return {
    http: new Histogram({
      registers,
      name: 'waymark_http_request_duration_seconds',
      buckets: HTTP_SECONDS,
      help: 'Requests by route, method and status.',
      labelNames: ['route', 'method', 'status'] as const,
    }),
    launches: new Counter({
      registers,
      name: 'waymark_launches_total',
      help: 'Launches accepted, and logins, launches and registrations refused by code.',
      labelNames: ['outcome'] as const,
    }),
    deliveries: new Counter({
      registers,
      name: 'waymark_delivery_tries_total',
      help: 'Tries to send a score, by how they ended.',
      labelNames: ['outcome', 'reason'] as const,
    }),
    jobs: new Histogram({
      registers,
      name: 'waymark_job_duration_seconds',
      buckets: JOB_SECONDS,
      help: 'Runs of the repeated jobs.',
      labelNames: ['job', 'outcome'] as const,
    }),
    lag: new Gauge({
      registers,
      name: 'waymark_lag_seconds',
      help: 'How long due work has been waiting for somebody to take it; the same in every process.',
      labelNames: ['of'] as const,
    }),
  };
}

/**
 * Metrics that a process collects for its operator, along with its own (CPU, memory, event loop). Labels name no person and come
 * from closed lists.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = counters(this.#registry);

  constructor() {
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
  }

  /** Times every request by route template, method and status. */
  http(): RequestHandler {
    return (req, res, next) => {
      const began = performance.now();
      res.once('close', () => {
        const seconds = (performance.now() - began) / 1000;
        const labels = { route: templateOf(req), method: req.method, status: res.statusCode };
        this.#counters.http.observe(labels, seconds);
      });
      next();
    };
  }

  /** @param outcome  `accepted`, or the code of the refusal */
  countLaunch(outcome: string): void {
    this.#counters.launches.inc({ outcome });
  }

  /** How one try at a score ended, and the reason if it did not arrive. */
  countDelivery(outcome: string, reason: string): void {
    this.#counters.deliveries.inc({ outcome, reason });
  }

  observeJob(job: string, outcome: 'done' | 'failed', seconds: number): void {
    this.#counters.jobs.observe({ job, outcome }, seconds);
  }

  /** The text that Prometheus reads. */
  async read(lag: JobLag): Promise<{ contentType: string; text: string }> {
    this.#counters.lag.set({ of: 'deliveries' }, lag.deliveries);
    this.#counters.lag.set({ of: 'jobs' }, lag.jobs);
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
