import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Role } from '../../contract/common.ts';
import { covers, inScope, Rights, type Grant } from '../../server/http/rights.ts';

const anyCourse = fc.constantFrom('a', 'b', 'c');
const anyGrant: fc.Arbitrary<Grant> = fc.record({
  role: fc.constantFrom(...Role.options),
  where: fc.oneof(fc.constant('institution' as const), fc.record({ contextId: fc.option(anyCourse) })),
});

describe('where a role holds', () => {
  test('is in the courses that it was given for, in all of them where it was given for the institution', () => {
    fc.assert(
      fc.property(
        fc.array(anyGrant),
        fc.constantFrom('participant', 'reviewer', 'designer'),
        anyCourse,
        (grants, role, course) => {
          const scope = new Rights(grants).scopeOf(role);
          const own = grants.filter((grant) => grant.role === role);
          const given = own.some(({ where }) => where === 'institution' || where.contextId === course);

          expect(scope !== null).toBe(own.length > 0);
          expect(covers(scope, [course])).toBe(given);
        },
      ),
    );
  });

  test('is nowhere for an admin of courses only: what admins see is the whole institution’s', () => {
    fc.assert(
      fc.property(fc.array(anyGrant), (grants) => {
        const rights = new Rights(grants);
        const whole = grants.some(({ role, where }) => role === 'admin' && where === 'institution');

        expect(rights.reach(['admin'])).toBe(whole);
        expect(rights.scopeOf('admin') !== null).toBe(whole);
        expect(rights.roles.includes('admin')).toBe(whole);
      }),
    );
  });

  test('is no course for a role from a launch outside of any, though its pages open', () => {
    const rights = new Rights([{ role: 'reviewer', where: { contextId: null } }]);

    const scope = rights.scopeOf('reviewer');

    expect(rights.reach(['reviewer'])).toBe(true);
    expect(covers(scope, ['a'])).toBe(false);
    expect(inScope(scope)).toEqual({ contextIds: { $in: [] } });
  });

  test.each([
    ['everything for the institution', { everywhere: true, contextIds: ['a'] }, {}],
    ['these courses', { everywhere: false, contextIds: ['a', 'b'] }, { contextIds: { $in: ['a', 'b'] } }],
    ['nothing without the role', null, { contextIds: { $in: [] } }],
  ])('keeps a query to %s', (_what, scope, filter) => {
    expect(inScope(scope)).toEqual(filter);
  });

  test('lets in whoever is live where anyone may, and nobody by `public`', () => {
    const nobody = new Rights([]);

    expect(nobody.reach(['anyone'])).toBe(true);
    expect(nobody.reach(['public'])).toBe(false);
    expect(nobody.reach(['participant', 'reviewer', 'designer', 'admin'])).toBe(false);
  });
});
