import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { STATUS_BY_CODE } from '../../contract/errors.ts';
import { requestContext } from '../../server/http/requestContext.ts';
import { LaunchRefused } from '../../server/lti/launchRefused.ts';
import { pageErrorHandler } from '../../server/lti/pages/awayPage.ts';
import { REFUSAL_REASONS, type RefusalReason } from '../../server/lti/refusalReasons.ts';
import { toRefusal } from '../../server/lti/toRefusal.ts';
import { AppError } from '../../server/errors.ts';
import pages from '../../server/words/en/pages.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..');
const reasons = Object.keys(REFUSAL_REASONS) as RefusalReason[];
const seenBy = (who: 'person' | 'operator') =>
  reasons.filter((reason) => REFUSAL_REASONS[reason].seenBy === who);

/** The page on which a refusal for this reason is told, and its visible text. */
async function pageOf(reason: RefusalReason): Promise<{ status: number; text: string }> {
  const app = express();
  app.use(requestContext(pino({ level: 'silent' })));
  app.get('/app/page', () => {
    throw new LaunchRefused(reason, { facts: { aheadSeconds: 180, claim: 'sub', seen: 'secret-value' } });
  });
  app.use(pageErrorHandler);
  const { status, text } = await request(app).get('/app/page');
  return { status, text: text.replaceAll('&#39;', "'") };
}

/** Every server source but the table itself. */
const sources = readdirSync(join(ROOT, 'server'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('refusalReasons.ts'))
  .map((name) => readFileSync(join(ROOT, 'server', name), 'utf8'))
  .join('\n');

describe('a reason for a refusal', () => {
  test.each(seenBy('person'))('is told to who launched, with its code and what to do: %s', async (reason) => {
    const { code } = REFUSAL_REASONS[reason];

    const { status, text } = await pageOf(reason);

    expect(status).toBe(STATUS_BY_CODE[code]);
    expect(text).toContain(`<code>${code} `);
    expect(text).toContain(pages.reasons[reason]);
    expect(text).toMatch(/<h1>[^<{}]+<\/h1>/);
    expect(text).not.toContain('secret-value');
  });

  test.each(seenBy('operator'))(
    'stays in the log where it says nothing of the launch: %s',
    async (reason) => {
      const { code } = REFUSAL_REASONS[reason];

      const { status, text } = await pageOf(reason);

      expect(status).toBe(STATUS_BY_CODE[code]);
      expect(text).toContain(pages.away.title);
      expect(text).not.toContain(reason);
      expect(text).not.toContain(pages.reasons[reason]);
    },
  );

  test('is given somewhere, and by its name', () => {
    // `CONFIGURATION_TIMEOUT` and the like are put together from a step and a fault
    const steps = /^(?:CONFIGURATION|REGISTRATION)_(ADDRESS_REFUSED|TIMEOUT|NETWORK|TOO_LARGE|FAILED)$/;

    const never = reasons.filter((reason) => !sources.includes(`'${steps.exec(reason)?.[1] ?? reason}'`));

    expect(never).toEqual([]);
  });

  test('uses all words that there are for pages of refusals', () => {
    const used = new Set<string>(reasons.map((reason) => REFUSAL_REASONS[reason].page));
    const words = [
      ...Object.keys(pages.refused).map((code) => `refused.${code}`),
      ...Object.keys(pages.refusedFor).map((reason) => `refusedFor.${reason}`),
    ];

    expect(words.filter((key) => !used.has(key))).toEqual([]);
  });
});

describe('an error that is no refusal', () => {
  test('is one for the reason that is named like its code', () => {
    const refused = toRefusal(new AppError('BODY_TOO_LARGE', 'Too much.'));

    expect(refused).toMatchObject({ reason: 'BODY_TOO_LARGE', code: 'BODY_TOO_LARGE' });
  });

  test.each([new Error('boom'), new AppError('DRAFT_CONFLICT', 'Changed meanwhile.'), 'text'])(
    'is a fault of ours where no reason is: %s',
    (thrown) => {
      expect(toRefusal(thrown)).toMatchObject({ reason: 'INTERNAL', code: 'INTERNAL' });
    },
  );
});
