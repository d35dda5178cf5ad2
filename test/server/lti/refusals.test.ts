import { describe, expect, test } from '@jest/globals';
import { CLAIM } from '../../../server/lti/claimNames.ts';
import pages from '../../../server/words/en/pages.json' with { type: 'json' };
import { useLtiWorld } from '../../support/ltiWorld.ts';
import { claimName, type Claims } from '../../support/testPlatform.ts';

const world = useLtiWorld();
const reasons = Object.entries(pages.reasons);

/** What an admin can do: a sentence that asks for something, or says what has to be so. */
const ACTION =
  /\b(Check|Compare|Set|Open|Give|Allow|Let|Make|Add|Install|Register|Wait|Try|Copy|Paste|Choose|Remove|See|Look|Have|Delete|Configure|Create|Synchronise)\b|\bhas to\b|\bneeds\b|deployments approve|platform (?:list|enable)/i;

describe('the sentence of a refusal', () => {
  test.each(reasons)('says what was wrong and what to do: %s', (_reason, sentence) => {
    expect(sentence).toMatch(ACTION);
    expect(sentence.split(/[.;:] /).length).toBeGreaterThan(1);
    expect(sentence).not.toMatch(/[{}]/);
  });

  test.each(reasons.filter(([reason]) => /^(?:CLAIM|LOGIN)_/.test(reason)))(
    'names the claim or the parameter: %s',
    (_reason, sentence) => {
      expect(sentence).toMatch(/“[a-z_]+”/);
    },
  );
});

const having = (change: Claims) => (claims: Claims) => ({ ...claims, ...change });
const without = (name: string) => (claims: Claims) =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

describe('the line of a refused launch', () => {
  const lines: [string, (claims: Claims) => Claims, RegExp][] = [
    ['another host as target', having({ [CLAIM.targetLinkUri]: 'https://evil.example/x?secret=1' }), /“target_link_uri”.*PUBLIC_URL.*Seen: target_link_uri is https:\/\/evil\.example\.$/],
    ['a message of another kind', having({ [CLAIM.messageType]: 'LtiStartProctoring' }), /“message_type”.*Seen: message_type is LtiStartProctoring\.$/],
    ['no message type', without(CLAIM.messageType), /Seen: message_type is nothing\.$/],
    ['LTI 1.1', having({ [CLAIM.version]: 'LTI-1p0' }), /“version” is not 1\.3\.0.*Seen: version is LTI-1p0\.$/],
    ['roles as a text', having({ [CLAIM.roles]: 'Learner' }), /“roles” is not a list.*Seen: roles is a text of 7 characters\.$/],
    ['a person without an id', having({ sub: '' }), /“sub”.*user ID.*Seen: sub is an empty text\.$/],
    ['a person with a long id', having({ sub: `secret-${'x'.repeat(300)}` }), /“sub”.*Seen: sub is a text of 307 characters\.$/],
    ['a link without an id', having({ [CLAIM.resourceLink]: { title: 'Private' } }), /“resource_link”.*Seen: resource_link is an object without id\.$/],
    ['another client', having({ aud: 'client-of-another' }), /“aud”.*platform list.*Seen: aud is client-of-another\.$/],
    ['an expiry that is a text', having({ exp: 'soon' }), /“exp”.*Seen: exp is a text of 4 characters\.$/],
    ['no deployment', without(CLAIM.deploymentId), /“deployment_id”.*Seen: deployment_id is nothing\.$/],
  ]; // prettier-ignore

  test.each(lines)(
    'tells of %s: the claim, what was seen, what to do; the page tells no value',
    async (_what, claims, line) => {
      const answered = await world.launch({ claims });

      const refusal = await world.findRefusal(answered);
      const [sentence = ''] = refusal?.says.split(' Seen: ') ?? [];
      expect(refusal?.says).toMatch(line);
      expect(refusal?.says).not.toMatch(/secret|Private/);
      expect(answered.text).toContain('For the admin:');
      expect(answered.text.replaceAll('&#39;', "'")).toContain(sentence);
      expect(answered.text).not.toMatch(/evil\.example|client-of-another|LtiStartProctoring|secret|Private/);
    },
  );

  test('is one more for every refused login', async () => {
    const params = world.loginParams({ target_link_uri: 'https://evil.example/' });

    const answered = await world.request(`/lti/login?${new URLSearchParams(params).toString()}`);

    expect((await world.findRefusal(answered))?.says).toBe(
      `${pages.reasons.LOGIN_TARGET_FOREIGN} Seen: target_link_uri is https://evil.example.`,
    );
  });

  test('has a link title of whatever kind in it nowhere', async () => {
    const claims = having({ [claimName('resource_link')]: { id: {}, title: 'Private' } });

    const answered = await world.launch({ claims });

    expect((await world.findRefusal(answered))?.says).toContain('an object with an object without id as id');
  });
});
