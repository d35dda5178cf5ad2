import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDemoLms, type DemoLms } from '../../demo-lms/server.ts';
import type { Grade, LineItem, Link, Mode, Tool } from '../../demo-lms/state/types.ts';
import type { PlatformFamily } from '../../contract/common.ts';
import { inTransaction } from '../../server/db.ts';
import type { Deps } from '../../server/deps.ts';
import { EnrolmentModel } from '../../server/features/enrolments/enrolment.model.ts';
import { takeDecisionOrder } from '../../server/features/enrolments/enrolments.service.ts';
import { DeliveryModel, type DeliveryDoc } from '../../server/features/grades/deliveries/delivery.model.ts';
import {
  DeliveryAttemptModel,
  type DeliveryAttemptDoc,
} from '../../server/features/grades/deliveries/deliveryAttempt.model.ts';
import { recordScoreIntents } from '../../server/features/grades/grades.service.ts';
import { ensureScoreTargets, type GradedLink } from '../../server/features/grades/columns/targets.service.ts';
import { startDeliveries, type RunningDeliveries } from '../../server/features/grades/worker.service.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { Outbound } from '../../server/lti/outbound.ts';
import { PlatformModel } from '../../server/lti/platform.model.ts';
import { PlatformStore } from '../../server/lti/platforms.ts';
import { resourceIdOf } from '../../server/lti/policy.ts';
import { createLtiServices } from '../../server/lti/services.ts';
import { buildToolKeys } from './keyPairs.ts';
import { untilNextQuery } from './until.ts';

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const CONTEXT = 'https://purl.imsglobal.org/spec/lti/claim/context';
const LINK = 'https://purl.imsglobal.org/spec/lti/claim/resource_link';

/** An LMS in one of its modes, where Waymark is registered, with a course and one of our activities. */
export interface Platform {
  demo: DemoLms;
  tool: Tool;
  courseId: string;
  link: Link;
  /** Waymark's ids. */
  platformId: string;
  contextId: string;
  family: PlatformFamily;
  pathwayKey: string;
  moduleKey: string;
  column(): LineItem;
  gradeOf(personId: string): Grade | null;
  /** Bodies of the scores that it received, oldest first. */
  scores(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** A teacher's work on the module that the activity shows. */
export interface Pupil {
  /** In the demo LMS. */
  lmsId: string;
  sub: string;
  personId: string;
  attemptId: string;
  enrolmentId: string;
  /** What is approved: one module, either shown by the activity or part of the pathway that it shows. */
  pathwayKey: string;
  moduleKey: string;
}

export interface Grading {
  institutionId: string;
  keys: ReturnType<typeof buildToolKeys>;
  outbound: Outbound;
  startLms(mode: Mode, options?: { points?: number; withoutColumn?: boolean }): Promise<Platform>;
  /** A teacher who launches the activity, with the AGS claim that this LMS sends. */
  open(platform: Platform, lmsId: string, change?: Partial<GradedLink>): Promise<Pupil>;
  /** @param decided.order  as if the decision had been made at that point; without it, after all that are committed */
  approve(
    pupil: Pupil,
    progress?: { approved: number; all: number },
    decided?: { order?: number; at?: Date },
  ): Promise<number>;
  /**
   * @param options.before   awaited before each call to the LMS, with its URL; `after`: before its response is passed on
   * @param options.patient   calls wait for their response without a time-out
   */
  start(options?: {
    slots?: number;
    leaseMs?: number;
    lendAfterMs?: number;
    before?: (url: string) => Promise<void>;
    after?: (url: string) => Promise<void>;
    patient?: boolean;
  }): RunningDeliveries;
  deliveryOf(pupil: Pupil): Promise<DeliveryDoc | null>;
  historyOf(pupil: Pupil): Promise<DeliveryAttemptDoc[]>;
  /** Waits until the delivery is as specified, and otherwise fails with its state. */
  until(pupil: Pupil, is: (delivery: DeliveryDoc) => boolean, ms?: number): Promise<DeliveryDoc>;
  close(): Promise<void>;
}

async function serveKeys(keys: Grading['keys']): Promise<{ server: Server; url: string }> {
  const server = createServer((_req, res) => {
    void keys.publicJwks().then((set) => {
      res.setHeader('content-type', 'application/json').end(JSON.stringify(set));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lti/jwks` };
}

const FAMILY: Readonly<Record<Mode, PlatformFamily>> = {
  plain: 'other',
  canvas: 'canvas',
  moodle: 'moodle',
  schoology: 'schoology',
};

/** An institution with everything that a score needs, on real servers. */
export async function buildGrading(deps: Deps): Promise<Grading> {
  const institution = await ensureInstitution(deps, `District ${randomUUID()}`, { zone: 'Europe/Vienna' });
  const institutionId = institution._id;
  const keys = buildToolKeys(deps);
  const outbound = new Outbound({ version: '1', publicUrl: deps.config.publicUrl, allowLocal: true });
  const jwks = await serveKeys(keys);
  const platforms: Platform[] = [];
  const running: RunningDeliveries[] = [];
  const store = new PlatformStore();
  const closing = new AbortController();

  async function startLms(
    mode: Mode,
    options: { points?: number; withoutColumn?: boolean } = {},
  ): Promise<Platform> {
    const demo = await startDemoLms({ mode });
    const { lms } = demo;
    const tool = lms.registerTool({
      name: 'Waymark',
      initiateLoginUri: 'http://localhost:3000/lti/login',
      redirectUris: ['http://localhost:3000/lti/launch'],
      targetLinkUri: 'http://localhost:3000/lti/launch',
      jwksUri: jwks.url,
    });
    const course = lms.courses.list()[0];
    if (!course) throw new Error('the demo LMS has no course');
    const pathwayKey = randomUUID();
    const moduleKey = randomUUID();
    const lineItem = {
      scoreMaximum: options.points ?? 10,
      resourceId: resourceIdOf(pathwayKey, moduleKey),
      tag: 'waymark',
    };
    const link = lms.embed({
      courseId: course.id,
      toolId: tool.id,
      title: 'Run it with one class',
      ...(options.withoutColumn ? {} : { lineItem }),
    });
    const platformId = randomUUID();
    const rules = lms.rules();
    await PlatformModel.create({
      _id: platformId,
      issuer: lms.issuer(),
      clientId: tool.clientId,
      authUrl: `${demo.url}${rules.paths.authorization}`,
      tokenUrl: `${demo.url}${rules.paths.token}`,
      jwksUrl: `${demo.url}${rules.paths.jwks}`,
      family: FAMILY[mode],
      name: rules.label,
      state: 'active',
      createdAt: deps.clock.now(),
    });
    const platform: Platform = {
      demo,
      tool,
      courseId: course.id,
      link,
      platformId,
      contextId: randomUUID(),
      family: FAMILY[mode],
      pathwayKey,
      moduleKey,
      column() {
        const column = lms.columnOf(link.id);
        if (!column) throw new Error('the activity has no column');
        return column;
      },
      gradeOf: (lmsId) => {
        const column = lms.columnOf(link.id);
        return column ? lms.gradebook.findGrade(column.id, lmsId) : null;
      },
      scores: () =>
        lms.requests.list('scores').map(({ body }) => JSON.parse(body) as Record<string, unknown>),
      close: () => demo.close(),
    };
    platforms.push(platform);
    return platform;
  }

  async function open(platform: Platform, lmsId: string, change: Partial<GradedLink> = {}): Promise<Pupil> {
    const claims = platform.demo.lms.claimsFor(platform.link.id, lmsId);
    const ags = (claims[AGS] ?? {}) as { scope?: string[]; lineitem?: string; lineitems?: string };
    const pupil: Pupil = {
      lmsId,
      sub: String(claims['sub']),
      personId: randomUUID(),
      attemptId: randomUUID(),
      enrolmentId: randomUUID(),
      pathwayKey: change.pathwayKey ?? platform.pathwayKey,
      moduleKey: change.moduleKey ?? platform.moduleKey,
    };
    const link: GradedLink = {
      placementId: platform.link.id.padStart(8, '0') + platform.platformId.slice(8),
      platformId: platform.platformId,
      contextId: platform.contextId,
      resourceLinkId: String((claims[LINK] as { id: string }).id),
      title: platform.link.title,
      courseTitle: String((claims[CONTEXT] as { title: string }).title),
      platformName: platform.demo.lms.rules().label,
      lineItemUrl: ags.lineitem ?? null,
      lineItemsUrl: ags.lineitems ?? null,
      scopes: ags.scope ?? [],
      pathwayKey: platform.pathwayKey,
      moduleKey: platform.moduleKey,
      rule: null,
      points: 10,
      ...change,
    };
    const isModule = link.moduleKey !== null;
    await EnrolmentModel.create({
      _id: pupil.enrolmentId,
      institutionId,
      personId: pupil.personId,
      pathwayKey: platform.pathwayKey,
      runId: randomUUID(),
      versionId: randomUUID(),
      state: 'active',
      contextIds: [platform.contextId],
      practice: false,
      createdAt: deps.clock.now(),
    });
    const nothing = { progress: { approved: 0, all: 1 }, decided: null };
    await ensureScoreTargets(
      deps,
      { institutionId, ...pupil, platformId: platform.platformId, family: platform.family, practice: false },
      {
        link,
        sub: pupil.sub,
        subject: isModule
          ? { kind: 'attempt', id: pupil.attemptId }
          : { kind: 'enrolment', id: pupil.enrolmentId },
        subjectIds: [pupil.enrolmentId, pupil.attemptId],
        known: nothing,
        count: () => Promise.resolve(nothing),
      },
    );
    return pupil;
  }

  const deliveryOf = (pupil: Pupil): Promise<DeliveryDoc | null> =>
    DeliveryModel.findOne({ institutionId, personId: pupil.personId }).lean();
  const historyOf = async (pupil: Pupil): Promise<DeliveryAttemptDoc[]> => {
    const delivery = await deliveryOf(pupil);
    return DeliveryAttemptModel.find({ institutionId, deliveryId: delivery?._id ?? '' })
      .sort({ at: 1 })
      .lean();
  };

  return {
    institutionId,
    keys,
    outbound,
    startLms,
    open,
    deliveryOf,
    historyOf,
    approve: (
      { attemptId, enrolmentId, pathwayKey, moduleKey },
      progress = { approved: 1, all: 3 },
      decided = {},
    ) =>
      inTransaction(async (tx) => {
        const taken = await takeDecisionOrder(institutionId, enrolmentId, tx);
        const { order = taken.order, at: decidedAt = taken.at } = decided;
        const submittedAt = new Date(decidedAt.getTime() - 3600_000);
        const about = { institutionId, pathwayKey, moduleKey, attemptIds: [attemptId], progress };
        const decision = { enrolmentId, decisionId: randomUUID(), order, decidedAt, submittedAt };
        return recordScoreIntents(deps, { ...about, ...decision }, tx);
      }),
    start(options = {}) {
      const { before, after, lendAfterMs } = options;
      const patience = options.patient ? { timeoutMs: 600_000, signal: closing.signal } : {};
      const request: Outbound['request'] = async (call) => {
        await before?.(call.url);
        const answer = await outbound.request({ ...call, ...patience });
        await after?.(call.url);
        return answer;
      };
      const worker = startDeliveries(
        {
          ...deps,
          services: createLtiServices({ ...deps, keys, outbound: { request } }),
          platforms: store,
        },
        {
          slots: options.slots ?? 4,
          leaseMs: options.leaseMs ?? 10_000,
          drainMs: 5_000,
          ...(lendAfterMs === undefined ? {} : { lendAfterMs }),
        },
      );
      running.push(worker);
      return worker;
    },
    async until(pupil, is, ms = 60_000) {
      for (const since = performance.now(); ; await untilNextQuery(since)) {
        const delivery = await deliveryOf(pupil);
        if (delivery && is(delivery)) return delivery;
        if (performance.now() - since > ms)
          throw new Error(`the delivery stands at ${JSON.stringify(delivery)}`);
      }
    },
    async close() {
      closing.abort();
      for (const worker of running) await worker.stop();
      for (const platform of platforms) await platform.close();
      jwks.server.close();
      await outbound.close();
    },
  };
}
