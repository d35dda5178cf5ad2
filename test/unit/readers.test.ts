import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { AuthorFeedback } from '../../contract/attempts.ts';
import { Done, type Who } from '../../contract/common.ts';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import { ModuleContent } from '../../contract/content.ts';
import { UnrolledModule } from '../../contract/cycles.ts';
import { contentFileEndpoints } from '../../contract/contentFiles.ts';
import { MapModule, PathwayMap, Run } from '../../contract/pathways.ts';
import { forAuthors, forReviewers, WITHHELD } from '../../contract/readers.ts';
import { ReviewerFeedback } from '../../contract/reviews.ts';
import type { DecisionDoc } from '../../server/features/reviews/decision.model.ts';
import { toAuthorFeedback, toReviewerFeedback } from '../../server/features/reviews/feedback.service.ts';
import { SAMPLE } from '../support/build.ts';

type Schema = z.core.$ZodType;

function partsOf(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodObject) return Object.values<Schema>(schema.shape);
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodUnion) return schema.options;
  if (schema instanceof z.ZodPipe) return [schema.in, schema.out];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodNullable) return [schema.unwrap()];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return [schema.unwrap()];
  return [];
}

/** Every object within these schemas, each once. */
function objectsIn(schemas: readonly Schema[]): Set<z.ZodObject> {
  const known = new Set<Schema>();
  const visit = (schema: Schema): void => {
    if (known.has(schema)) return;
    known.add(schema);
    partsOf(schema).forEach(visit);
  };
  schemas.forEach(visit);
  return new Set([...known].filter((one): one is z.ZodObject => one instanceof z.ZodObject));
}

const repliesTo = (...who: Who[]): Schema[] =>
  ENDPOINTS.filter(({ endpoint }) => endpoint.who.some((one) => who.includes(one))).map(
    ({ endpoint }) => endpoint.reply,
  );
const keysOf = (objects: Iterable<z.ZodObject>): string[] =>
  [...new Set([...objects].flatMap(({ shape }) => Object.keys(shape)))].sort();

/** What is published, and what is the same for everybody who may see it: it holds nothing of a person. */
const PUBLIC = objectsIn([
  ModuleContent,
  UnrolledModule,
  PathwayMap.shape.pathway,
  MapModule.shape.opensAfter,
  Run,
  Done,
  contentFileEndpoints.link.reply,
]);

const withheldIn = (keys: readonly string[], names: readonly string[]): string[] =>
  keys.filter((key) => names.includes(key));

const [sampleModule] = SAMPLE.modules;
if (!sampleModule) throw new Error('the sample has no module');
const SCALE = sampleModule.scale;

const decision = {
  _id: 'd',
  institutionId: 'i',
  submissionId: 's',
  attemptId: 'a',
  submissionCode: '7F3K',
  reviewerId: 'who reviewed',
  judgedAs: 'peer',
  outcome: 'returned',
  summary: 'Nearly there.',
  order: 1,
  decidedAt: new Date('2026-11-20T09:00:00Z'),
  criteria: [
    {
      criterionKey: '00000000-0000-4000-8000-000000000001',
      level: 'approaching',
      comment: 'Say how.',
      settledBefore: false,
    },
  ],
} as const satisfies Readonly<Record<keyof DecisionDoc, unknown>>;

describe('a reply to the author of work', () => {
  it('shares no shape with one to a reviewer, but for what is published', () => {
    const toAuthors = objectsIn(repliesTo('participant'));
    const toReviewers = objectsIn(repliesTo('reviewer'));

    const shared = [...toAuthors].filter((one) => toReviewers.has(one) && !PUBLIC.has(one));

    expect(shared.map((one) => Object.keys(one.shape))).toEqual([]);
  });

  it('is never the one to a reviewer: what anyone may ask for is about the caller, and no one’s work', () => {
    const forAnyone = ENDPOINTS.filter(({ endpoint }) => endpoint.who.includes('anyone'));

    const work = forAnyone.filter(({ endpoint }) =>
      /^\/(?:artifacts|attempts|drafts|enrolments|reviews|submissions)\b/.test(endpoint.path),
    );

    expect(work.map(({ endpoint }) => `${endpoint.method} ${endpoint.path}`)).toEqual([]);
  });

  it('takes no field that is not in its shape', () => {
    const open = [...objectsIn(repliesTo('participant', 'anyone'))].filter(
      ({ def }) => !(def.catchall instanceof z.ZodNever),
    );

    expect(open.map((one) => Object.keys(one.shape))).toEqual([]);
  });

  it('never has a place for who reviews it, nor for what they keep to themselves', () => {
    const keys = keysOf(objectsIn(repliesTo('participant', 'anyone')));

    expect(withheldIn(keys, WITHHELD.authors)).toEqual([]);
  });
});

describe('a reply to a reviewer', () => {
  it('never has a place for whose work it is', () => {
    const keys = keysOf(objectsIn(repliesTo('reviewer')));

    expect(withheldIn(keys, WITHHELD.reviewers)).toEqual([]);
  });
});

describe('a shape for one kind of reader', () => {
  it('does not compile with a field that is withheld from them, but with what only the other may not have', () => {
    // @ts-expect-error who reviews is withheld from authors
    const forAuthor = forAuthors({ reviewerId: z.string() });
    // @ts-expect-error whose work it is is withheld from reviewers
    const forReviewer = forReviewers({ personId: z.string() });

    expect(keysOf(objectsIn([forAuthor, forReviewer, forReviewers({ reviewerId: z.string() })]))).toEqual([
      'personId',
      'reviewerId',
    ]);
  });
});

describe('feedback', () => {
  it.each([
    ['its author', toAuthorFeedback, AuthorFeedback],
    ['a reviewer', toReviewerFeedback, ReviewerFeedback],
  ] as const)(
    'for %s has the fields of its shape only, whatever else the decision holds',
    (_who, toFeedback, shape) => {
      const more = fc.dictionary(
        fc.string({ minLength: 1 }).map((key) => `+${key}`),
        fc.string(),
      );

      fc.assert(
        fc.property(more, more, (ofDecision, ofCriteria) => {
          const criteria = decision.criteria.map((one) => ({ ...one, ...ofCriteria }));
          const feedback = toFeedback({ ...decision, ...ofDecision, criteria }, SCALE);

          expect(shape.parse(feedback)).toEqual(feedback);
          expect(JSON.stringify(feedback)).not.toContain(decision.reviewerId);
        }),
      );
    },
  );
});
