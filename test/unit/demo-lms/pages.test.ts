import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Mode } from '../../../demo-lms/state/types.ts';
import { see, submit } from './pageSupport.ts';
import { embedGraded, readForm, setScene, unescape, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene({ toolUrl: 'http://localhost:3000' });
});
afterEach(() => scene.close());

const base = () => `/courses/${scene.courseId}`;

describe('acting as someone', () => {
  test('is a cookie that a URL sets, which leads on to a path of this LMS only', async () => {
    const there = await fetch(`${scene.demo.url}/act-as/teacher-1?to=/courses/1`, { redirect: 'manual' });
    const elsewhere = await fetch(`${scene.demo.url}/act-as/teacher-1?to=//evil.example/x`, {
      redirect: 'manual',
    });
    const page = await (await see(scene, '/courses', 'teacher-1')).text();

    expect(there.headers.get('location')).toBe('/courses/1');
    expect(elsewhere.headers.get('location')).toBe('/courses');
    expect(there.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    expect(page).toContain('data-acting="teacher-1"');
  });

  test('as nobody shows no course', async () => {
    const response = await fetch(scene.demo.url + base());

    expect(response.status).toBe(403);
  });
});

describe('a course', () => {
  test('offers "Add an activity" to staff and LMS admins, not to learners', async () => {
    const pages = await Promise.all(
      ['designer', 'reviewer', 'admin', 'teacher-1', 'test-student'].map(async (id) =>
        (await see(scene, base(), id)).text(),
      ),
    );

    expect(pages.map((page) => page.includes('data-add-activity'))).toEqual([true, true, true, false, false]);
  });

  test('adds a link by hand, with points and custom values', async () => {
    const response = await submit(scene, `${base()}/activities`, 'designer', {
      tool: scene.registered.id,
      title: 'By hand',
      custom: 'wm_module=m-1\nwm_policy=full',
      points: '20',
    });

    const [link] = scene.demo.lms.links.ofCourse(scene.courseId);
    expect(response.status).toBe(303);
    expect(link).toMatchObject({ title: 'By hand', custom: { wm_module: 'm-1', wm_policy: 'full' } });
    expect(scene.demo.lms.columnOf(link?.id ?? '')?.scoreMaximum).toBe(20);
  });

  test('shows titles escaped', async () => {
    scene.demo.lms.embed({
      courseId: scene.courseId,
      toolId: scene.registered.id,
      title: '<script>alert(1)</script>',
    });

    const page = await (await see(scene, base(), 'teacher-1')).text();

    expect(page).not.toContain('<script>alert(1)');
  });

  test('can be copied', async () => {
    embedGraded(scene);

    const response = await submit(scene, `${base()}/copy`, 'designer', {});

    const copy = scene.demo.lms.courses.get('2');
    expect(response.headers.get('location')).toBe('/courses/2');
    expect(copy.history).toEqual([scene.courseId]);
    expect(scene.demo.lms.links.ofCourse('2')).toHaveLength(1);
  });

  test('shows the message that a tool sends back', async () => {
    const page = await (await see(scene, `${base()}/return?lti_errormsg=Not%20today`, 'teacher-1')).text();

    expect(unescape(page)).toContain('data-lti-errormsg');
    expect(page).toContain('Not today');
  });
});

describe('an activity', () => {
  test.each([
    ['plain', 'post'],
    ['moodle', 'post'],
    ['schoology', 'post'],
    ['canvas', 'redirect'],
  ] as [Mode, string][])('in %s starts the tool’s login by %s', async (mode, way) => {
    scene.demo.lms.settings.set({ mode });
    const { linkId } = embedGraded(scene);

    const response = await see(scene, `${base()}/activities/${linkId}/launch?target=iframe`, 'teacher-1');

    if (way === 'redirect') {
      const login = new URL(response.headers.get('location') ?? '');
      expect(login.href).toContain(`${scene.tool.url}/login?`);
      expect(login.searchParams.get('lti_storage_target')).toBe('post_message_forwarding');
      expect(login.searchParams.get('login_hint')).toBe(scene.demo.lms.subOf('teacher-1'));
    } else {
      const { action, fields } = readForm(await response.text());
      expect(action).toBe(`${scene.tool.url}/login`);
      expect(fields).toMatchObject({ iss: scene.demo.url, client_id: scene.registered.clientId });
    }
  });

  test('has Canvas’ storage frame on another origin, in Canvas mode only', async () => {
    const { linkId } = embedGraded(scene);
    const path = `${base()}/activities/${linkId}`;
    const plain = await (await see(scene, path, 'teacher-1')).text();
    scene.demo.lms.settings.set({ mode: 'canvas' });

    const canvas = await (await see(scene, path, 'teacher-1')).text();
    const frame = await fetch(`${scene.demo.frameUrl}/lti/post_message_forwarding`);

    expect(plain).not.toContain('post_message_forwarding');
    expect(canvas).toContain(`src="${scene.demo.frameUrl}/lti/post_message_forwarding"`);
    expect(await frame.text()).toContain('lti.put_data');
  });

  test('opens in a window when switched so, with its opener', async () => {
    scene.demo.lms.settings.set({ launchIn: 'window' });
    const { linkId } = embedGraded(scene);

    const page = await (await see(scene, `${base()}/activities/${linkId}`, 'teacher-1')).text();

    expect(page).toContain('rel="opener"');
    expect(page).not.toContain('id="tool-frame"');
  });

  test('that is hidden, or of a course that one is not in, does not open', async () => {
    const { linkId } = embedGraded(scene);
    scene.demo.lms.links.get(linkId).hidden = true;
    scene.demo.lms.unenrol(scene.courseId, 'teacher-2');

    const hidden = await see(scene, `${base()}/activities/${linkId}`, 'teacher-1');
    const outside = await see(scene, `${base()}/activities/${linkId}/launch`, 'teacher-2');

    expect([hidden.status, outside.status]).toEqual([403, 403]);
  });

  test('is changed, duplicated and deleted by staff', async () => {
    const { linkId } = embedGraded(scene);
    const path = `${base()}/activities/${linkId}`;

    const learner = await submit(scene, `${path}/settings`, 'teacher-1', { title: 'Mine' });
    await submit(scene, `${path}/settings`, 'designer', {
      title: 'Renamed',
      custom: 'a=1',
      points: '40',
      hidden: 'on',
    });
    await submit(scene, `${path}/duplicate`, 'designer', {});
    const changed = { ...scene.demo.lms.links.get(linkId) };
    await submit(scene, `${path}/delete`, 'designer', {});

    expect(learner.status).toBe(403);
    expect(changed).toMatchObject({ title: 'Renamed', custom: { a: '1' }, hidden: true });
    expect(scene.demo.lms.links.ofCourse(scene.courseId).map((link) => link.title)).toEqual([
      'Renamed (copy)',
    ]);
  });
});

describe('the gradebook', () => {
  test('lets staff override, lock, end and delete; a learner sees only own grades', async () => {
    const { itemId } = embedGraded(scene);
    const path = `${base()}/gradebook`;
    const { gradebook, courses } = scene.demo.lms;

    await submit(scene, `${path}/override`, 'reviewer', { item: itemId, person: 'teacher-1', score: '7.5' });
    const grade = { ...gradebook.findGrade(itemId, 'teacher-1') };
    await submit(scene, `${path}/release`, 'reviewer', { item: itemId, person: 'teacher-1' });
    await submit(scene, `${path}/lock`, 'reviewer', { item: itemId });
    await submit(scene, `${path}/column`, 'reviewer', { item: itemId, points: '20', attempts: '2' });
    await submit(scene, `${path}/conclude`, 'reviewer', {});
    const book = await (await see(scene, path, 'reviewer')).text();
    const own = await (await see(scene, path, 'teacher-1')).text();
    const others = await (await see(scene, path, 'teacher-2')).text();
    const forbidden = await submit(scene, `${path}/override`, 'teacher-1', {
      item: itemId,
      person: 'teacher-1',
      score: '9',
    });

    expect(grade).toMatchObject({ score: 7.5, overridden: true });
    expect(gradebook.getLineItem(itemId)).toMatchObject({
      locked: true,
      scoreMaximum: 20,
      allowedAttempts: 2,
    });
    expect(gradebook.findGrade(itemId, 'teacher-1')).toMatchObject({ score: 15, overridden: false });
    expect(courses.get(scene.courseId).concluded).toBe(true);
    expect(book).toContain(`data-cell="${itemId}:teacher-1" data-score="15"`);
    expect(own).toContain('15 of 20');
    expect(others).not.toContain('15 of 20');
    expect(forbidden.status).toBe(403);

    await submit(scene, `${path}/delete-column`, 'reviewer', { item: itemId });
    expect(gradebook.findLineItem(itemId)).toBeNull();
  });

  test('leads staff to the work of a person', async () => {
    const { linkId } = embedGraded(scene);

    const book = await (await see(scene, `${base()}/gradebook`, 'reviewer')).text();
    const activity = await (
      await see(scene, `${base()}/activities/${linkId}?for=teacher-3`, 'reviewer')
    ).text();

    expect(book).toContain(`${base()}/activities/${linkId}?for=teacher-3`);
    expect(unescape(activity)).toContain('/launch?target=iframe&for=teacher-3');
  });

  test('is open to people’s coming and going', async () => {
    const path = `${base()}/people`;

    await submit(scene, `${path}/unenrol`, 'reviewer', { person: 'teacher-5' });
    await submit(scene, `${path}/suspend`, 'reviewer', { person: 'teacher-4' });
    await submit(scene, `${path}/enrol`, 'reviewer', { person: 'admin', role: 'assistant' });
    await submit(scene, `${path}/add`, 'reviewer', { count: '30' });

    const { courses } = scene.demo.lms;
    expect(courses.enrolmentOf(scene.courseId, 'teacher-5')).toBeNull();
    expect(courses.enrolmentOf(scene.courseId, 'teacher-4')?.suspended).toBe(true);
    expect(courses.enrolmentOf(scene.courseId, 'admin')?.role).toBe('assistant');
    expect(courses.get(scene.courseId).enrolments.size).toBe(37);
  });
});
