import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { embedEndpoints } from '../../../contract/embeds.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { InstitutionModel } from '../../../server/features/institutions/institution.model.ts';
import { useApp, type Caller } from '../../support/app.ts';

const world = useApp();
const VIDEO = 'https://www.youtube.com/watch?v=abcdefghijk';

let teacher: Caller;
beforeAll(async () => {
  teacher = await world.launch('teacher-1', world.links.module);
});
afterEach(() => InstitutionModel.updateOne({ _id: world.institutionId }, { $unset: { settings: 1 } }));

const ask = (url: string) => teacher.call(embedEndpoints.frame, { body: { url } });

describe('a video of a host that the institution allows', () => {
  it('is framed in a page of ours, whose policy allows that host and no script', async () => {
    const { body } = await ask(VIDEO);

    const answer = await fetch(`${world.url}${body.url}`);

    const text = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(answer.status).toBe(200);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('frame-src https://www.youtube-nocookie.com;');
    expect(policy).not.toContain('script-src');
    expect(text).toContain('src="https://www.youtube-nocookie.com/embed/abcdefghijk"');
    expect(text).toContain('sandbox="');
    expect(text).not.toContain('<script');
  });

  it('is known to the page before anybody asks', async () => {
    const { body } = await teacher.call(sessionEndpoints.get);

    expect(body.institution.embedHosts).toEqual(['www.youtube-nocookie.com', 'player.vimeo.com']);
  });
});

describe('a page of any other host', () => {
  it.each(['https://example.org/', 'http://player.vimeo.com/video/1', 'javascript:alert(1)'])(
    '%s is not framed, and that is said',
    async (url) => {
      const answer = await ask(url);

      expect(answer).toMatchObject({ status: 403, error: { code: 'EMBED_REFUSED' } });
    },
  );

  it('is not framed by a link that was made for another one', async () => {
    const { body } = await ask(VIDEO);

    const changed = body.url.replace(
      /&url=.*$/,
      `&url=${encodeURIComponent('https://player.vimeo.com/video/1')}`,
    );

    expect((await fetch(`${world.url}${changed}`)).status).toBe(403);
  });
});
