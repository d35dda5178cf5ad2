import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CLAIM } from '../../../demo-lms/oidc/claimNames.ts';
import { call, embedGraded, setScene, type Scene } from './support.ts';

interface Member {
  user_id: string;
  roles: string[];
  name?: string;
  email?: string;
  message?: Record<string, unknown>[];
}

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const roster = () => scene.demo.lms.rosterUrl(scene.courseId, scene.registered.id);
const nextOf = (response: Response) =>
  /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
async function membersOf(response: Response): Promise<Member[]> {
  return ((await response.json()) as { members: Member[] }).members;
}
async function walk(start: string): Promise<number[]> {
  const sizes: number[] = [];
  for (let url: string | null = start; url !== null && sizes.length < 20;) {
    const response: Response = await call(scene, url);
    sizes.push((await membersOf(response)).length);
    url = nextOf(response);
  }
  return sizes;
}

describe('the roster', () => {
  test.each([
    ['canvas', [50, 50, 17]],
    ['schoology', [100, 17]],
    ['moodle', [117]],
  ] as const)('comes from %s in pages of %j', async (mode, sizes) => {
    scene.demo.lms.settings.set({ mode });
    scene.demo.lms.addPeople(scene.courseId, 110);

    const seen = await walk(roster());

    expect(seen).toEqual(sizes);
  });

  test('pages of another size can be set', async () => {
    scene.demo.lms.settings.set({ rosterPageSize: 3 });

    expect(await walk(roster())).toEqual([3, 3, 1]);
  });

  test('Moodle pages when asked, and its next drops the role', async () => {
    scene.demo.lms.settings.set({ mode: 'moodle' });

    const first = await call(scene, `${roster()}?limit=2&role=Learner`);

    const next = new URL(nextOf(first) ?? '');
    expect(await membersOf(first)).toHaveLength(2);
    expect(next.search).toBe('?limit=2&from=2');
  });

  test('has short roles in Moodle, where a non-editing teacher counts as learner', async () => {
    const { lms } = scene.demo;
    lms.settings.set({ mode: 'moodle' });
    lms.addPeople(scene.courseId, 1, 'helper', 'assistant');

    const members = await membersOf(await call(scene, roster()));

    const rolesOf = (id: string) => members.find((member) => member.user_id === lms.subOf(id))?.roles;
    expect(rolesOf('reviewer')).toEqual(['Instructor']);
    expect(rolesOf('teacher-1')).toEqual(['Learner']);
    expect(rolesOf('helper-1')).toEqual(['Learner']);
  });

  test('leaves out who is suspended, not enrolled or a test user', async () => {
    const { lms } = scene.demo;
    lms.courses.suspend(scene.courseId, 'teacher-1');
    lms.courses.enrol(scene.courseId, 'test-student');

    const members = await membersOf(await call(scene, roster()));

    const subs = members.map((member) => member.user_id);
    expect(subs).toHaveLength(6);
    expect(subs).not.toContain(lms.subOf('teacher-1'));
    expect(subs).not.toContain(lms.subOf('admin'));
  });

  test('can be filtered by role', async () => {
    const staff = await membersOf(await call(scene, `${roster()}?role=Instructor`));

    expect(staff.map((member) => member.name)).toEqual(['Reviewer']);
  });

  test('names nobody where names are switched off', async () => {
    scene.demo.lms.settings.set({ privacy: 'anonymous' });

    const members = await membersOf(await call(scene, roster()));

    expect(members.some((member) => 'name' in member || 'email' in member)).toBe(false);
  });

  test('adds each person’s launch for a resource link; an unknown one is 404', async () => {
    const { linkId } = embedGraded(scene);

    const members = await membersOf(await call(scene, `${roster()}?rlid=${scene.demo.lms.linkIdOf(linkId)}`));
    const unknown = await call(scene, `${roster()}?rlid=99`);

    expect(members[0]?.message?.[0]?.[CLAIM.custom]).toEqual({ wm_module: 'm-1' });
    expect(unknown.status).toBe(404);
  });
});

describe('a roster that misbehaves', () => {
  test('leads in a circle', async () => {
    scene.demo.lms.switches.set('rosterLoop', { scope: 'memberships' });

    const sizes = await walk(roster());

    expect(sizes).toHaveLength(20);
  });

  test('leads to another host, where a token that comes along is seen', async () => {
    const { lms } = scene.demo;
    lms.switches.set('rosterCrossHost', { scope: 'memberships' });

    const next = nextOf(await call(scene, roster())) ?? '';
    await call(scene, next);

    expect(new URL(next).origin).toBe(scene.demo.frameUrl);
    expect(lms.requests.list('foreign-host')[0]?.headers.authorization).toMatch(/^Bearer /);
  });

  test('breaks on its second page as often as it is told to', async () => {
    scene.demo.lms.switches.set('rosterBroken', { scope: 'memberships', count: 1 });

    const next = nextOf(await call(scene, roster())) ?? '';
    const broken = await call(scene, next);
    const again = await call(scene, next);

    expect([broken.status, again.status]).toEqual([500, 200]);
  });
});
