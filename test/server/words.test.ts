import { printAST } from '@formatjs/icu-messageformat-parser/printer.js';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { pseudoMessage } from '../../client/src/i18n/pseudo.ts';
import { createInvite } from '../../server/features/platforms/invites.service.ts';
import pages from '../../server/words/en/pages.json' with { type: 'json' };
import { addLanguage, type WordTree } from '../../server/words/pageWords.ts';
import { useLtiWorld, type Answered } from '../support/ltiWorld.ts';
import { startTestPlatform, type TestPlatform } from '../support/testPlatform.ts';

const world = useLtiWorld();

beforeAll(() => {
  addLanguage('en-XA', inPseudoLocale(pages));
  addLanguage('en-XB', pages, 'rtl');
  addLanguage('eo', { opening: { busy: 'Malfermante…' } });
});

function inPseudoLocale(tree: WordTree): WordTree {
  const change = (value: string | WordTree) =>
    typeof value === 'string' ? printAST(pseudoMessage(value)) : inPseudoLocale(value);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, change(value)]));
}

function leaves(tree: WordTree): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : leaves(value)));
}

/** What a person can read of a page: its title and text, and what its buttons say afterwards. */
function readable(page: string): string[] {
  const [, title = ''] = /<title>([^<]*)<\/title>/.exec(page) ?? [];
  const body = page.slice(page.indexOf('<body>')).replace(/<(script|style|svg|code)[\s\S]*?<\/\1>/g, '');
  const said = [...page.matchAll(/data-done="([^"]*)"/g)].map((match) => match[1] ?? '');
  const texts = body.split(/<[^>]*>/);
  return [title, ...texts, ...said].map((text) => text.trim()).filter(Boolean);
}

/** A platform that registers whoever asks. */
async function startRegistrar(): Promise<TestPlatform> {
  const platform = await startTestPlatform('registered-1');
  const configuration = {
    issuer: platform.issuer,
    authorization_endpoint: `${platform.url}/auth`,
    token_endpoint: `${platform.url}/token`,
    jwks_uri: `${platform.url}/jwks`,
    registration_endpoint: `${platform.url}/register`,
    'https://purl.imsglobal.org/spec/lti-platform-configuration': {
      product_family_code: 'moodle',
      version: '4.5',
    },
  };
  platform.onRequest = (req, _body, res) => {
    const isConfiguration = req.url === '/config';
    res.writeHead(isConfiguration ? 200 : 201, { 'content-type': 'application/json' });
    res.end(JSON.stringify(isConfiguration ? configuration : { client_id: 'registered-1' }));
  };
  return platform;
}

const inPseudo = { 'accept-language': 'en-XA,en;q=0.8' };
const login = (headers: Record<string, string>, changes: Record<string, string> = {}): Promise<Answered> =>
  world.request(`/lti/login?${world.pageQuery(changes)}`, { headers });

/** Each page that the server makes for people, asked for by a browser that likes the pseudo-locale best. */
const PAGES: Record<string, () => Promise<Answered>> = {
  'the login page': () => login(inPseudo),
  'the page that looks for the binding': () => world.launch({ cookie: null, headers: inPseudo }),
  'a refused login': () => login(inPseudo, { iss: 'https://unknown.example' }),
  'a refused launch': () => world.post({ state: 'short', id_token: 'x' }, inPseudo),
  'a refusal of a good token with a way back': () =>
    world.launch({
      headers: inPseudo,
      claims: (claims) => ({
        ...claims,
        'https://purl.imsglobal.org/spec/lti/claim/roles': [
          'http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor',
        ],
        'https://purl.imsglobal.org/spec/lti/claim/launch_presentation': {
          locale: 'en-XA',
          return_url: 'https://lms.example/course',
        },
      }),
    }),
  'an unknown invite': () => world.request(`/lti/register?invite=${'A'.repeat(43)}`, { headers: inPseudo }),
  'a page that another site led to': () =>
    world.request('/app/key/', { headers: { ...inPseudo, 'sec-fetch-site': 'cross-site' } }),
  'the same once more': () =>
    world.request('/app/key/?entered', { headers: { ...inPseudo, 'sec-fetch-site': 'cross-site' } }),
};

describe('the words of the server’s pages', () => {
  it('are valid ICU messages, also in the pseudo-locale, and blame nobody', () => {
    const words = leaves(pages);

    for (const message of words) {
      expect(new IntlMessageFormat(message, 'en').getAst().length).toBeGreaterThan(0);
      expect(() => new IntlMessageFormat(pseudoMessage(message), 'en')).not.toThrow();
    }
    expect(words.filter((message) => /!|\boops\b|\binvalid\b|\berror\b/i.test(message))).toEqual([]);
  });

  it.each(Object.entries(PAGES))('leave no literal text on %s', async (_name, open) => {
    const answered = await open();

    const texts = readable(answered.text);
    expect(answered.text).toContain('<html lang="en-XA" dir="ltr"');
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.filter((text) => !/^\[.*~+\]$/.test(text))).toEqual([]);
  });

  it('are those of a registration too', async () => {
    const wanted = { institutionId: world.institutionId(), autoApprove: false };
    const url = new URL(await createInvite(world.deps, wanted));
    const registrar = await startRegistrar();
    url.searchParams.set('openid_configuration', `${registrar.url}/config`);

    const answered = await world.request(`${url.pathname}${url.search}`, { headers: inPseudo });

    await registrar.close();
    expect(answered.status).toBe(200);
    expect(readable(answered.text).filter((text) => !/^\[.*~+\]$/.test(text))).toEqual([]);
  });

  it('stand from right to left where the language does', async () => {
    const answered = await login({ 'accept-language': 'en-XB' });

    expect(answered.text).toContain('<html lang="en-XB" dir="rtl"');
  });

  it.each([
    ['de-AT,de;q=0.9', 'en', 'Opening…'],
    ['de;q=0.9, eo-001;q=0.7', 'eo', 'Malfermante…'],
    ['*', 'en', 'Opening…'],
    ['', 'en', 'Opening…'],
  ])('for Accept-Language %j are in %s', async (wish, lang, word) => {
    const answered = await login({ 'accept-language': wish });

    expect(answered.text).toContain(`<html lang="${lang}" dir="ltr"`);
    expect(answered.text).toContain(word);
  });

  it('fall back to English, message by message, where a language lacks one', async () => {
    const answered = await login({ 'accept-language': 'eo' });

    expect(readable(answered.text)).toEqual(expect.arrayContaining(['Malfermante…', 'Go on']));
  });

  it('follow the launch before the browser', async () => {
    const answered = await world.launch({
      headers: { 'accept-language': 'eo' },
      claims: (claims) => ({
        ...claims,
        'https://purl.imsglobal.org/spec/lti/claim/roles': [
          'http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor',
        ],
        'https://purl.imsglobal.org/spec/lti/claim/launch_presentation': { locale: 'en_XB' },
      }),
    });

    expect(answered.status).toBe(403);
    expect(answered.text).toContain('<html lang="en-XB" dir="rtl"');
  });
});
