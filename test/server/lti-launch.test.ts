import { describe, expect, test } from '@jest/globals';
import { blockOf, useLtiWorld } from '../support/ltiWorld.ts';

const world = useLtiWorld();

describe('a launch whose cookie came back', () => {
  test('answers with the page of the client, a bearer in it, and a session that the bearer opens', async () => {
    const answered = await world.launch();

    expect(answered.status).toBe(200);
    const { bearer, key, landing } = blockOf(answered.text, 'waymark-session');
    expect(landing).toBe(`/app/${String(key)}/`);
    const info = await world.api('/session', { bearer: String(bearer) });
    expect(JSON.parse(info.text)).toMatchObject({
      key,
      institution: { name: 'North District' },
      person: { displayName: 'Teacher 14', hasName: true, agreed: false, weeklyMinutes: 90 },
      course: { title: 'Course 1' },
      hats: ['participant'],
      shows: { kind: 'pathway' },
      grading: 'off',
    });
  });
});
