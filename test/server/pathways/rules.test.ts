import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Rule } from '../../../contract/rules.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { setStep } from '../../../server/features/enrolments/attempts.service.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { getOutlook } from '../../../server/features/reviews/outlook.service.ts';
import { buildInstitution } from '../../support/build.ts';
import { mapOf, openLink } from '../../support/maps.ts';
import { approveModule, enrolIn, handInModule, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';
import { codeOf } from '../../support/work.ts';

const { deps } = useServices();
let institutionId: string;
beforeEach(async () => {
  ({ institutionId } = await buildInstitution(deps));
});

const approved = (module: string): Rule => ({ type: 'approved', module });
const atLeast = (n: number, ...of: Rule[]): Rule => ({ type: 'atLeast', n, of });
const keysOf = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** Two of the first three modules open the fourth; two of all four complete the pathway. */
function withChoice() {
  const keys = keysOf(4);
  const [a = '', b = '', c = '', d = ''] = keys;
  const opens = atLeast(2, approved(a), approved(b), approved(c));
  const modules = [{ key: a }, { key: b }, { key: c }, { key: d, opens }];
  return { ...pathwayOf(...modules), completes: atLeast(2, ...keys.map(approved)) };
}

/** What the server says to somebody who marks a step of a module as done. */
const workOn = ({ teacher, attemptIds }: Enrolled, at: number): Promise<string> =>
  codeOf(setStep(deps, teacher, attemptIds[at] ?? '', { step: 'learn', done: true }));

describe('a module that opens after two of three', () => {
  it('is locked until then, and says on the map and on its page which are left', async () => {
    const work = await enrolIn(deps, institutionId, withChoice());
    const before = await mapOf(deps, work);
    await approveModule(deps, work, 1);

    const code = await workOn(work, 3);
    const after = await mapOf(deps, work);
    const page = await getWorkspace(deps, work.teacher, work.attemptIds[3] ?? '');

    const module = (position: number) => ({ type: 'module', position, title: `Module ${position}` });
    expect(before.modules.map(({ opensAfter }) => opensAfter)).toEqual([
      null,
      null,
      null,
      { type: 'atLeast', n: 2, of: [module(1), module(2), module(3)] },
    ]);
    expect(after.modules[3]?.opensAfter).toEqual({ type: 'atLeast', n: 1, of: [module(1), module(3)] });
    expect(page).toMatchObject({ writable: false, opensAfter: after.modules[3]?.opensAfter });
    expect(code).toBe('MODULE_LOCKED');
  });

  it('is open from then on, whichever two they were', async () => {
    const work = await enrolIn(deps, institutionId, withChoice());
    await approveModule(deps, work, 2);
    await approveModule(deps, work, 0);

    const page = await getWorkspace(deps, work.teacher, work.attemptIds[3] ?? '');

    expect(page).toMatchObject({ writable: true, opensAfter: null });
    expect(await workOn(work, 3)).toBe('done');
  });

  it('is offered next only once it will be open', async () => {
    const keys = keysOf(3);
    const [a = '', b = '', c = ''] = keys;
    const opens = { type: 'all' as const, of: [approved(a), approved(c)] };
    const content = pathwayOf({ key: a }, { key: b, opens }, { key: c });
    const work = await enrolIn(deps, institutionId, content);

    const page = await getWorkspace(deps, work.teacher, work.attemptIds[0] ?? '');

    expect(page.next?.title).toBe('Module 3');
  });
});

describe('a module that opens after an award', () => {
  it('opens for who earned it in another pathway, and for nobody else', async () => {
    const first = pathwayOf({});
    const achievement = first.modules[0]?.key ?? '';
    const second = pathwayOf({ opens: { type: 'awarded', achievement, title: 'Uses quick checks' } });
    const earner = await enrolIn(deps, institutionId, first);
    await approveModule(deps, earner, 0);

    const with_ = await enrolIn(deps, institutionId, second, earner);
    const without = await enrolIn(deps, institutionId, second);

    expect([await workOn(with_, 0), await workOn(without, 0)]).toEqual(['done', 'MODULE_LOCKED']);
    expect((await mapOf(deps, with_)).modules[0]?.opensAfter).toBeNull();
    expect((await mapOf(deps, without)).modules[0]?.opensAfter).toEqual({
      type: 'award',
      title: 'Uses quick checks',
    });
  });

  it('does not open for an award of another institution', async () => {
    const first = pathwayOf({});
    const achievement = first.modules[0]?.key ?? '';
    const second = pathwayOf({ opens: { type: 'awarded', achievement, title: 'Uses quick checks' } });
    const elsewhere = await buildInstitution(deps);
    const earner = await enrolIn(deps, elsewhere.institutionId, first);
    await approveModule(deps, earner, 0);

    const { personId } = earner.teacher;
    const here = await enrolIn(deps, institutionId, second);
    const same = await enrolIn(deps, institutionId, second, {
      teacher: { ...here.teacher, personId },
      reviewer: here.reviewer,
    });

    expect(await workOn(same, 0)).toBe('MODULE_LOCKED');
  });
});

describe('a pathway that two of its four modules complete', () => {
  it('is complete with the second approval, and not before', async () => {
    const work = await enrolIn(deps, institutionId, withChoice());
    await approveModule(deps, work, 0);
    const before = await mapOf(deps, work);

    await approveModule(deps, work, 2);

    expect([before.state, (await mapOf(deps, work)).state]).toEqual(['active', 'completed']);
  });

  it('is not completed by a module that is not needed', async () => {
    const [needed = '', extra = ''] = keysOf(2);
    const content = { ...pathwayOf({ key: needed }, { key: extra }), completes: approved(needed) };
    const work = await enrolIn(deps, institutionId, content);

    await approveModule(deps, work, 1);

    expect((await mapOf(deps, work)).state).toBe('active');
  });

  it('can be completed by the award of the same approval', async () => {
    const [key = ''] = keysOf(1);
    const completes = { type: 'awarded' as const, achievement: key, title: 'Uses quick checks' };
    const work = await enrolIn(deps, institutionId, { ...pathwayOf({ key }), completes });

    await approveModule(deps, work, 0);

    expect((await mapOf(deps, work)).state).toBe('completed');
  });

  it('is complete on the map once an award of another pathway was all that it lacked', async () => {
    const first = pathwayOf({});
    const achievement = first.modules[0]?.key ?? '';
    const completes = { type: 'awarded' as const, achievement, title: 'Uses quick checks' };
    const waiting = await enrolIn(deps, institutionId, { ...pathwayOf({}), completes });
    const earner = await enrolIn(deps, institutionId, first, waiting);
    const before = await mapOf(deps, waiting);

    await approveModule(deps, earner, 0);

    expect([before.state, (await mapOf(deps, waiting)).state]).toEqual(['active', 'completed']);
  });

  it('gives its grade column the share of that rule: half of the points for one, all for two, as was announced', async () => {
    const content = withChoice();
    const work = await enrolIn(deps, institutionId, content);
    await openLink(deps, work, content.key);
    const reviewId = await handInModule(deps, work, 0);
    const announced = await getOutlook(deps, work.reviewer, reviewId);
    await approveModule(deps, work, 1);
    await approveModule(deps, work, 2);

    const intents = await ScoreIntentModel.find({ institutionId }).sort({ order: 1 }).lean();

    expect(announced.columns.map(({ given, maximum }) => [given, maximum])).toEqual([[6, 12]]);
    expect(intents.map(({ scoreGiven, scoreMaximum }) => [scoreGiven, scoreMaximum])).toEqual([
      [6, 12],
      [12, 12],
    ]);
  });
});
