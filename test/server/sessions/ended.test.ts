import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { UploadLockModel } from '../../../server/features/artifacts/uploadLock.model.ts';
import { listAuditLines } from '../../../server/features/audit/audit.service.ts';
import { InstitutionModel } from '../../../server/features/institutions/institution.model.ts';
import { SessionModel } from '../../../server/features/sessions/session.model.ts';
import { endSessions } from '../../../server/features/sessions/sessions.service.ts';
import { DeploymentModel } from '../../../server/lti/deployment.model.ts';
import { wire, type AppDeps } from '../../../server/wire.ts';
import { runCommand } from '../../support/commandLine.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { launchResponse } from '../../support/launching.ts';

const world = useApp();
/** The operator's process: what it forgets, the process that serves does not. */
let operator: AppDeps;
beforeAll(() => {
  const { config, clock, log } = world.deps;
  operator = wire(config, { clock, log, clientDirectory: '', shell: () => '' });
});
afterAll(() => operator.outbound.close());

const run = async (...words: string[]): Promise<string> => (await runCommand(operator, words)).join('\n');

const PERSON = 'teacher-1';

/** A launch as a browser has it then: bearer, key, and its resume cookie. */
async function launch(): Promise<{ status: number; caller: Caller; cookie: string }> {
  const who = { personId: PERSON, linkId: world.links.module };
  const response = await launchResponse(world.url, world.lms, who).catch((error: unknown) => {
    // a process that heard of it, as one does within half a minute, refuses at the login already
    if (error instanceof Error && error.message.includes('switched off'))
      return new Response(null, { status: 403 });
    throw error;
  });
  const block = /id="waymark-session">([^<]*)</.exec(await response.text())?.[1] ?? '{"bearer":"","key":""}';
  const cookie = response.headers.getSetCookie().find((line) => line.startsWith('__Host-wm_'));
  const caller = world.callerOf(JSON.parse(block) as { bearer: string; key: string });
  return { status: response.status, caller, cookie: cookie?.split(';')[0] ?? '' };
}

const b64 = (text: string): string => Buffer.from(text).toString('base64');

function createUpload(caller: Caller, attemptId: string, size: number): Promise<Response> {
  const metadata = { attemptId, filename: 'a.txt', clientId: randomUUID(), criteria: '' };
  return caller.raw('POST', '/api/v1/uploads', {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(size),
      'upload-metadata': Object.entries(metadata)
        .map(([key, value]) => `${key} ${b64(value)}`)
        .join(','),
    },
  });
}
const patch = (caller: Caller, location: string, offset: number, body: string): Promise<Response> =>
  caller.raw('PATCH', location, {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body,
  });

/** A PATCH that has sent half of what it announced and stays open, with how it will have ended. */
async function openPatch(caller: Caller, location: string): Promise<{ ends: Promise<'in' | 'out'> }> {
  const url = `${world.url}${location}`;
  const headers = {
    authorization: `Bearer ${caller.bearer}`,
    'tus-resumable': '1.0.0',
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
    'content-length': '10',
  };
  const req = request(url, { method: 'PATCH', headers });
  const ends = new Promise<'in' | 'out'>((resolve) => {
    req.once('response', ({ statusCode = 500 }) => resolve(statusCode < 400 ? 'in' : 'out'));
    req.once('error', () => resolve('out'));
  });
  req.write('hello');
  const lock = { institutionId: world.institutionId, _id: location.split('/').at(-1) ?? '' };
  while (!(await UploadLockModel.exists(lock))) await sleep(10);
  return { ends };
}

const openedBy = (response: Response): 'in' | 'out' => (response.status < 400 ? 'in' : 'out');

/** A way in, made ready while the session lives, and tried afterwards. */
type Way = (arrived: {
  caller: Caller;
  cookie: string;
  attemptId: string;
}) => Promise<() => Promise<'in' | 'out'>>;

const WAYS: Record<string, Way> = {
  'the bearer': ({ caller }) =>
    Promise.resolve(async () => openedBy(await caller.raw('GET', '/api/v1/session'))),
  'a write with the bearer': ({ caller, attemptId }) =>
    Promise.resolve(async () => {
      const params = { id: attemptId, step: 'learn' };
      return (await caller.call(attemptEndpoints.setStep, { params, body: { done: true } })).status === 200
        ? 'in'
        : 'out';
    }),
  'the resume cookie': ({ caller, cookie }) =>
    Promise.resolve(async () =>
      openedBy(
        await fetch(`${world.url}/api/v1/session/resume`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-waymark': '1', cookie },
          body: JSON.stringify({ key: caller.key }),
        }),
      ),
    ),
  'a one-time code for a window': async ({ caller }) => {
    const { code } = (await caller.call(sessionEndpoints.windowCode, { body: {} })).body;
    return async () => openedBy(await redeem(code));
  },
  'a window of its own': async ({ caller }) => {
    const { code } = (await caller.call(sessionEndpoints.windowCode, { body: {} })).body;
    const window = world.callerOf((await (await redeem(code)).json()) as { bearer: string; key: string });
    return async () => openedBy(await window.raw('GET', '/api/v1/session'));
  },
  'a signed link to a file': async ({ caller, attemptId }) => {
    const location = (await createUpload(caller, attemptId, 5)).headers.get('location') ?? '';
    await patch(caller, location, 0, 'hello');
    const file = await caller.raw('GET', `/api/v1/artifacts/${location.split('/').at(-1)}`);
    const { url } = (await file.json()) as { url: string };
    expect((await fetch(`${world.url}${url}`)).status).toBe(200);
    return async () => openedBy(await fetch(`${world.url}${url}`));
  },
  'a new upload': ({ caller, attemptId }) =>
    Promise.resolve(async () => openedBy(await createUpload(caller, attemptId, 5))),
  'an upload that was begun': async ({ caller, attemptId }) => {
    const location = (await createUpload(caller, attemptId, 5)).headers.get('location') ?? '';
    return async () => openedBy(await patch(caller, location, 0, 'hello'));
  },
  'an upload under way': async ({ caller, attemptId }) => {
    const location = (await createUpload(caller, attemptId, 10)).headers.get('location') ?? '';
    const { ends } = await openPatch(caller, location);
    return () => ends;
  },
};

const redeem = (code: string): Promise<Response> =>
  fetch(`${world.url}/api/v1/session/redeem`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });

interface Place {
  institution: string;
  personId: string;
  platformId: string;
  deploymentId: string;
  caller: Caller;
}

interface Ending {
  end: (place: Place) => Promise<unknown>;
  /** Makes launches possible again. */
  undo?: (place: Place) => Promise<unknown>;
  /** Whether the next launch, at a process that knows of nothing, is accepted. */
  launchable: boolean;
}

const ENDINGS: Record<string, Ending> = {
  'the platform was disabled': {
    end: ({ platformId }) => run('platform', 'disable', platformId),
    undo: ({ platformId }) => run('platform', 'enable', platformId),
    launchable: false,
  },
  'the deployment was disabled': {
    end: ({ deploymentId, institution }) =>
      run('deployments', 'disable', deploymentId, '--institution', institution),
    undo: ({ deploymentId, institution }) =>
      run('deployments', 'approve', deploymentId, '--institution', institution),
    launchable: false,
  },
  'the institution’s sessions were ended': {
    end: ({ institution }) => run('sessions', 'end', '--institution', institution),
    launchable: true,
  },
  'the person’s sessions were ended': {
    end: ({ institution, personId }) =>
      run('sessions', 'end', '--institution', institution, '--person', personId),
    launchable: true,
  },
  'the platform’s sessions were ended': {
    end: ({ platformId }) => run('sessions', 'end', '--platform', platformId),
    launchable: true,
  },
  'the person signed off': {
    end: ({ caller }) => caller.call(sessionEndpoints.signOff),
    launchable: true,
  },
};

async function placeOf(caller: Caller): Promise<Place> {
  const { institutionId } = world;
  const { body } = await caller.call(sessionEndpoints.get);
  const deployment = await DeploymentModel.findOne({ institutionId }).lean();
  return {
    institution: body.institution.name,
    personId: body.person.id,
    platformId: deployment?.platformId ?? '',
    deploymentId: deployment?._id ?? '',
    caller,
  };
}

describe.each(Object.entries(ENDINGS))('once %s', (_name, { end, undo, launchable }) => {
  const found = new Map<string, 'in' | 'out'>();
  let afterwards: { status: number; caller: Caller };
  let revived: Response;

  beforeAll(async () => {
    const arrived = await launch();
    const { caller, cookie } = arrived;
    const attemptId = (await caller.call(pathwayEndpoints.open, { body: {} })).body.attemptId ?? '';
    const place = await placeOf(caller);
    const tries: [string, () => Promise<'in' | 'out'>][] = [];
    for (const [name, way] of Object.entries(WAYS))
      tries.push([name, await way({ caller, cookie, attemptId })]);

    await end(place);

    for (const [name, attempt] of tries) found.set(name, await attempt());
    afterwards = await launch();
    await undo?.(place);
    // as half a minute later
    world.deps.platforms.forget();
    revived = await caller.raw('GET', '/api/v1/session');
  });

  test.each(Object.keys(WAYS))('%s leads nowhere any more, at every process', (way) => {
    expect(found.get(way)).toBe('out');
  });

  test(`a new launch is ${launchable ? 'accepted' : 'refused, also where the platform is still in memory'}`, () => {
    expect(afterwards.status).toBe(launchable ? 200 : 403);
  });

  test('what ended stays ended, also when the way is open again', () => {
    expect(revived.status).toBe(401);
  });
});

describe('sessions end', () => {
  const institution = async (): Promise<string> =>
    (await InstitutionModel.findById(world.institutionId).lean())?.name ?? '';

  test('says how many there were, leaves a line of it, and leaves others alone', async () => {
    await run('sessions', 'end', '--institution', await institution());
    const [one, two] = [await launch(), await launch()];
    const other = await world.launch('teacher-2', world.links.module);
    const name = await institution();
    const { body } = await one.caller.call(sessionEndpoints.get);

    const said = await run('sessions', 'end', '--institution', name, '--person', body.person.id);

    const statuses = [one.caller, two.caller, other].map(
      async (who) => (await who.raw('GET', '/api/v1/session')).status,
    );
    const [line] = await listAuditLines(world.institutionId, 1);
    expect(said).toBe(
      `2 sessions ended. ${body.person.displayName} of ${name} has to open the link in the course again.`,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 200]);
    expect(line).toMatchObject({
      personId: null,
      action: 'sessions.ended',
      subject: { kind: 'person', id: body.person.id },
      facts: { count: 2 },
    });
  });

  test('counts only what lived', async () => {
    await launch();
    await run('sessions', 'end', '--institution', await institution());

    const said = await run('sessions', 'end', '--institution', await institution());

    expect(said).toMatch(/^0 sessions ended\. /);
  });

  test.each([
    [[]],
    [['--person', 'Teacher 1']],
    [['--platform', 'x', '--institution', 'North']],
    [['--platform', 'x', '--person', 'Teacher 1']],
  ])('asks whose, where that is not said or said twice: %j', async (words) => {
    await expect(run('sessions', 'end', ...words)).rejects.toThrow(
      'Specify whose sessions: --institution NAME',
    );
  });

  test('does not know a platform that is not there', async () => {
    await expect(run('sessions', 'end', '--platform', randomUUID())).rejects.toThrow(
      'This platform is not here',
    );
  });

  test('ends a window that opens at the same moment, every time', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { caller } = await launch();
      const { code } = (await caller.call(sessionEndpoints.windowCode, { body: {} })).body;
      const { institutionId } = world;
      const { personId } = await placeOf(caller);

      await Promise.all([redeem(code), endSessions(operator, { institutionId, personId })]);

      const alive = { institutionId, personId, endedAt: null };
      expect(await SessionModel.countDocuments(alive)).toBe(0);
    }
  });
});
