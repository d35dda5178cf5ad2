import { expect, test } from '@jest/globals';
import type { Model } from 'mongoose';
import { ContextModel } from '../../../server/features/launches/context.model.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { PlacementModel } from '../../../server/features/launches/placement.model.ts';
import { useLtiWorld } from '../../support/ltiWorld.ts';
import { claimName, type Claims } from '../../support/testPlatform.ts';

const world = useLtiWorld();

const newcomer =
  (more: Claims) =>
  (claims: Claims): Claims => ({
    ...claims,
    sub: 'newcomer',
    [claimName('context')]: { id: 'new course' },
    [claimName('resource_link')]: { id: 'new link' },
    ...more,
  });

interface Made {
  fields: string[];
  ofItsKind: string[];
  fault: unknown;
}

/** A document as it is stored, against what its schema says. */
async function look<T>(model: Model<T>): Promise<Made> {
  const made = await model.collection.findOne({ institutionId: world.institutionId() });
  return {
    fields: Object.keys(made ?? {}).sort(),
    ofItsKind: Object.keys(model.schema.paths).sort(),
    fault: await model
      .hydrate(made)
      .validate()
      .catch((error: unknown) => error),
  };
}

test.each([
  ['a person', () => look(PersonModel)],
  ['a course', () => look(ContextModel)],
  ['a link', () => look(PlacementModel)],
  ['a membership', () => look(MembershipModel)],
])('%s that a first launch makes has every field of its kind, as it should be', async (_what, lookAtIt) => {
  // nothing but what must be there: each default is needed
  await world.launch({ claims: newcomer({ name: undefined, email: undefined }) });

  const { fields, ofItsKind, fault } = await lookAtIt();

  expect(fields).toEqual(ofItsKind);
  expect(fault).toBeUndefined();
});

test('several first launches that meet make one of each, and all are accepted', async () => {
  const first = newcomer({ sub: 'many' });
  const all = await Promise.all([1, 2, 3, 4].map(() => world.launch({ claims: first })));

  const institutionId = world.institutionId();
  const many = await PersonModel.find({ institutionId, sub: 'many' });
  const personIds = many.map(({ _id }) => _id);
  const memberships = await MembershipModel.countDocuments({ institutionId, personId: { $in: personIds } });
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect([many.length, memberships]).toEqual([1, 1]);
});
