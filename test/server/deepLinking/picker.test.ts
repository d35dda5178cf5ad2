import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getPicker, replyWithLinks } from '../../../server/features/deepLinking/deepLinking.service.ts';
import { listColumns } from '../../../server/features/grades/deliveries/repairs.service.ts';
import { startDeliveries } from '../../../server/features/grades/worker.service.ts';
import { ContextModel } from '../../../server/features/launches/context.model.ts';
import { PlacementModel } from '../../../server/features/launches/placement.model.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { openSession } from '../../../server/features/sessions/launchSessions.service.ts';
import type { LiveSession } from '../../../server/http/liveSession.ts';
import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import type { DeepLinkingSettings } from '../../../server/lti/deepLinkingSettings.ts';
import { DeploymentModel } from '../../../server/lti/deployment.model.ts';
import { PlatformStore } from '../../../server/lti/platforms.ts';
import { resourceIdOf } from '../../../server/lti/policy.ts';
import { createLtiServices } from '../../../server/lti/services.ts';
import { wire } from '../../../server/wire.ts';
import { SAMPLE } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { buildGrading, type Grading, type Platform } from '../../support/grading.ts';
import { useServices } from '../../support/services.ts';
import { codeOf } from '../../support/work.ts';

const { deps, database } = useServices();
let grading: Grading;
let platform: Platform;

beforeEach(async () => {
  await database().empty();
  grading = await buildGrading(deps);
  platform = await grading.startLms('plain');
  await publishPathway(deps, grading.institutionId, SAMPLE);
});
afterEach(async () => {
  await grading.close();
});

const pickerDeps = () => ({
  ...deps,
  platforms: new PlatformStore(),
  keys: grading.keys,
  services: createLtiServices({ ...deps, keys: grading.keys, outbound: grading.outbound }),
});

/** A designer whose LMS asks for content. */
async function designer(change: Partial<DeepLinkingSettings> | null = {}): Promise<LiveSession> {
  const { institutionId } = grading;
  const deploymentId = randomUUID();
  const at = deps.clock.now();
  await DeploymentModel.create({
    _id: deploymentId,
    platformId: platform.platformId,
    deploymentId: '1',
    institutionId,
    state: 'approved',
    firstSeenAt: at,
    lastSeenAt: at,
    seenAs: {},
  });
  const session = buildSession(institutionId, {
    platformId: platform.platformId,
    contextId: platform.contextId,
    deploymentId,
    roles: new Set(['designer']),
  });
  const { id: _id, rights: _rights, expiresAt: _expiresAt, ...facts } = session;
  const { sessionId } = await openSession(
    deps,
    {
      ...facts,
      launchRoles: ['designer'],
      isLearner: false,
      messageType: 'LtiDeepLinkingRequest',
      frame: {
        origins: [],
        ancestors: [],
        formTargets: [],
        storageTarget: null,
        returnUrl: null,
        documentTarget: null,
      },
      deepLinking: change && {
        returnUrl: 'https://lms.example/return',
        acceptTypes: ['ltiResourceLink'],
        acceptMultiple: true,
        acceptLineItem: null,
        documentTargets: [],
        data: null,
        ...change,
      },
    },
    { loginId: randomUUID(), credential: 'bearer' },
  );
  return { ...session, id: sessionId };
}

/** What a launch told of the course: its columns can be read and written. */
async function offerServices({ institutionId, deploymentId }: LiveSession): Promise<void> {
  const { lms } = platform.demo;
  await ContextModel.create({
    _id: platform.contextId,
    institutionId,
    platformId: platform.platformId,
    deploymentId,
    ltiId: 'c',
    scopes: Object.values(AGS_SCOPE),
    claimsHash: 'h',
    createdAt: deps.clock.now(),
    lineItemsUrl: `${platform.demo.url}${lms.rules().lineItemsPath(platform.courseId, platform.tool.id)}`,
  });
}

const [first, second] = SAMPLE.modules.map((module) => module.key);

describe('the picker', () => {
  test('lists what is published, and what the LMS takes', async () => {
    const session = await designer({ acceptMultiple: false, acceptLineItem: false });

    const picker = await getPicker(pickerDeps(), session);

    expect(picker).toMatchObject({ multiple: false, columns: false, accepts: true });
    expect(picker.pathways.map((pathway) => pathway.key)).toEqual([SAMPLE.key]);
    expect(picker.pathways[0]?.modules.map((module) => module.inCourse)).not.toContain(true);
  });

  test('marks what the course holds: by links that were launched, and by columns of the LMS', async () => {
    const session = await designer();
    const { institutionId } = grading;
    const { lms } = platform.demo;
    const base = { institutionId, platformId: platform.platformId, deploymentId: session.deploymentId };
    const always = { claimsHash: 'h', createdAt: deps.clock.now() };
    await PlacementModel.create({
      _id: randomUUID(),
      ...base,
      contextId: platform.contextId,
      contextLtiId: 'c',
      resourceLinkId: 'l',
      pathwayKey: SAMPLE.key,
      moduleKey: first ?? null,
      ...always,
    });
    await offerServices(session);
    lms.gradebook.addLineItem({
      courseId: platform.courseId,
      toolId: platform.tool.id,
      label: 'Not launched yet',
      tag: 'waymark',
      scoreMaximum: 10,
      resourceId: resourceIdOf(SAMPLE.key, second ?? null),
    });

    const picker = await getPicker(pickerDeps(), session);

    const held = picker.pathways[0]?.modules.filter((module) => module.inCourse).map((module) => module.key);
    expect(held).toEqual([first, second]);
    expect(picker.pathways[0]?.inCourse).toBe(false);
  });

  test('opens although the LMS does not say which columns there are', async () => {
    const session = await designer();
    platform.demo.lms.switches.set('error', { scope: 'all' });

    const picker = await getPicker(pickerDeps(), session);

    expect(picker.pathways).toHaveLength(1);
  });

  test('is for a deep linking launch only', async () => {
    const session = await designer(null);

    const code = await codeOf(getPicker(pickerDeps(), session));

    expect(code).toBe('NOT_DEEP_LINKING');
  });
});

describe('links that were picked', () => {
  const picked = {
    pathwayKey: SAMPLE.key,
    moduleKey: first ?? null,
    title: 'Quick checks',
    points: 20,
    rule: 'approved',
  };

  test('carry their keys, points and rule, and a column with the name of what they show', async () => {
    const session = await designer();

    const reply = await replyWithLinks(pickerDeps(), session, [{ ...picked, rule: 'approved' }]);

    const [, payload = ''] = reply.jwt.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    expect(reply.action).toBe('https://lms.example/return');
    expect(claims['https://purl.imsglobal.org/spec/lti-dl/claim/content_items']).toMatchObject([
      {
        type: 'ltiResourceLink',
        title: 'Quick checks',
        url: 'http://localhost:3000/lti/launch',
        custom: { wm_pathway: SAMPLE.key, wm_module: first, wm_policy: 'latest;rule=approved;points=20' },
        lineItem: { scoreMaximum: 20, resourceId: resourceIdOf(SAMPLE.key, first ?? null), tag: 'waymark' },
      },
    ]);
  });

  test('have no column where none is wanted', async () => {
    const session = await designer();

    const reply = await replyWithLinks(pickerDeps(), session, [{ ...picked, rule: 'none' }]);

    expect(Buffer.from(reply.jwt.split('.')[1] ?? '', 'base64url').toString()).not.toContain('lineItem');
  });

  test('that this institution has not published are not there', async () => {
    const session = await designer();

    const code = await codeOf(
      replyWithLinks(pickerDeps(), session, [{ ...picked, rule: 'share', pathwayKey: randomUUID() }]),
    );

    expect(code).toBe('NOT_FOUND');
  });

  test('are signed no more after sign-off', async () => {
    const session = await designer();
    await SessionModel.updateOne(
      { institutionId: session.institutionId, _id: session.id },
      { $set: { endedAt: deps.clock.now() } },
    );

    const code = await codeOf(replyWithLinks(pickerDeps(), session, [{ ...picked, rule: 'share' }]));

    expect(code).toBe('SESSION_OVER');
  });
});

describe('an access token of a platform', () => {
  test('is asked for once by a process, whichever features call the platform', async () => {
    const process = wire(deps.config, { ...deps, clientDirectory: '', shell: () => '' });
    const pupil = await grading.open(platform, 'teacher-1', { scopes: Object.values(AGS_SCOPE) });
    const session = await designer();
    await offerServices(session);
    await grading.approve(pupil);
    const deliveries = startDeliveries(process, { slots: 1 });
    const accepted = grading.until(pupil, ({ state }) => state === 'accepted');
    await Promise.allSettled([accepted]);
    await deliveries.stop();
    const { _id } = await accepted;

    const picker = await getPicker(process, session);
    const listed = await listColumns(process, buildSession(grading.institutionId), _id);
    await process.outbound.close();

    const calls = (service: 'scores' | 'lineitems' | 'token') =>
      platform.demo.lms.requests.list(service).length;
    expect(picker.pathways).toHaveLength(1);
    expect(listed.more).toBe(0);
    expect(calls('scores')).toBe(1);
    expect(calls('lineitems')).toBeGreaterThanOrEqual(2);
    expect(calls('token')).toBe(1);
  });
});
