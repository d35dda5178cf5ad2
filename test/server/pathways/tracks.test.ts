import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PathwayContent } from '../../../contract/content.ts';
import { moduleMinutes, unrollModule } from '../../../contract/cycles.ts';
import type { MapModule } from '../../../contract/pathways.ts';
import type { Rule } from '../../../contract/rules.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { RunModel } from '../../../server/features/catalog/run.model.ts';
import { setStep } from '../../../server/features/enrolments/attempts.service.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { chooseTrack } from '../../../server/features/pathways/tracks.service.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { buildInstitution } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { mapOf, openLink } from '../../support/maps.ts';
import { approveModule, enrolIn, handInModule, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE } from '../../support/work.ts';

const { deps } = useServices();
let institutionId: string;
beforeEach(async () => {
  ({ institutionId } = await buildInstitution(deps));
});

const approved = (module: string): Rule => ({ type: 'approved', module });
const onTrack = (track: string): Rule => ({ type: 'track', track });
const all = (...of: Rule[]): Rule => ({ type: 'all', of });
const anyOf = (...of: Rule[]): Rule => ({ type: 'atLeast', n: 1, of });
const [VIDEO, AUDIO] = [randomUUID(), randomUUID()];

/** One module for everybody, and one in each of two tracks; complete with the first and one track's. */
function withTracks(changes: (keys: string[]) => Partial<PathwayContent> = () => ({})): PathwayContent {
  const keys = [randomUUID(), randomUUID(), randomUUID()];
  const [core = '', video = '', audio = ''] = keys;
  const modules = [
    { key: core },
    { key: video, opens: onTrack(VIDEO) },
    { key: audio, opens: onTrack(AUDIO) },
  ];
  return {
    ...pathwayOf(...modules),
    tracks: [
      { key: VIDEO, title: 'Video', summary: 'Film a lesson.' },
      { key: AUDIO, title: 'Audio', summary: 'Record a talk.' },
    ],
    completes: all(
      approved(core),
      anyOf(all(onTrack(VIDEO), approved(video)), all(onTrack(AUDIO), approved(audio))),
    ),
    ...changes(keys),
  };
}

const choose = ({ teacher, enrolmentId }: Enrolled, track: string, chosen = true) =>
  chooseTrack(deps, teacher, enrolmentId, { track, chosen });
const workOn = ({ teacher, attemptIds }: Enrolled, at: number): Promise<string> =>
  codeOf(setStep(deps, teacher, attemptIds[at] ?? '', { step: 'learn', done: true }));
const whyNot = (modules: readonly MapModule[]) => modules.map(({ notAsked }) => notAsked);
const MINUTES = moduleMinutes(unrollModule(FIRST_MODULE.module));
const outsideOf = (...tracks: string[]) => ({ why: 'track', tracks });

describe('the tracks of a pathway', () => {
  it('are on the map with what each adds, and their modules are not asked before one is chosen', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());

    const map = await mapOf(deps, work);

    expect(map.tracks).toEqual([
      {
        key: VIDEO,
        title: 'Video',
        summary: 'Film a lesson.',
        chosen: false,
        adds: ['Module 2'],
        minutes: MINUTES,
      },
      {
        key: AUDIO,
        title: 'Audio',
        summary: 'Record a talk.',
        chosen: false,
        adds: ['Module 3'],
        minutes: MINUTES,
      },
    ]);
    expect(whyNot(map.modules)).toEqual([null, outsideOf('Video'), outsideOf('Audio')]);
    expect(map.minutesLeft).toBe(map.modules[0]?.minutes);
  });

  it('open what they add once they are chosen, and lock it again when they are left; the work is kept', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());
    const before = await workOn(work, 1);

    await choose(work, VIDEO);
    const chosen = await workOn(work, 1);
    await choose(work, VIDEO, false);
    const left = await workOn(work, 1);

    const page = await getWorkspace(deps, work.teacher, work.attemptIds[1] ?? '');
    expect([before, chosen, left]).toEqual(['MODULE_LOCKED', 'done', 'MODULE_LOCKED']);
    expect(page).toMatchObject({ state: 'in_progress', stepsDone: ['learn'], writable: false });
    expect(whyNot((await mapOf(deps, work)).modules)[1]).toEqual(outsideOf('Video'));
  });

  it('are not what comes next while they are not chosen, and the page of their module says why', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());
    const page = (at: number) => getWorkspace(deps, work.teacher, work.attemptIds[at] ?? '');

    const before = await page(0);
    const unchosen = await page(1);
    await choose(work, AUDIO);
    const after = await page(0);
    const chosen = await page(2);

    expect([before.next, after.next?.title]).toEqual([null, 'Module 3']);
    expect([before.notAsked, unchosen.notAsked, chosen.notAsked]).toEqual([null, outsideOf('Video'), null]);
  });

  it('are chosen in two windows at once without undoing each other, and a repeat changes nothing', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());

    await Promise.all([choose(work, VIDEO), choose(work, AUDIO), choose(work, VIDEO)]);

    const { tracks } = await mapOf(deps, work);
    expect(tracks.map(({ chosen }) => chosen)).toEqual([true, true]);
  });

  it('stay as they are in a run that is archived', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());
    await RunModel.updateOne({ institutionId }, { $set: { state: 'archived' } });

    const code = await codeOf(choose(work, VIDEO));

    expect(code).toBe('RUN_ARCHIVED');
    expect((await mapOf(deps, work)).tracks[0]?.chosen).toBe(false);
  });

  it('are chosen by nobody else, and only if the pathway has them', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());
    const other = { ...work, teacher: buildSession(institutionId) };

    const codes = [await codeOf(choose(other, VIDEO)), await codeOf(choose(work, randomUUID()))];

    expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });
});

describe('a choice of modules', () => {
  it('asks for none of them any more once enough are approved', async () => {
    const content = withTracks(([core = '', video = '', audio = '']) => ({
      tracks: [],
      modules: pathwayOf({ key: core }, { key: video }, { key: audio }).modules,
      completes: { type: 'atLeast', n: 2, of: [core, video, audio].map(approved) },
    }));
    const work = await enrolIn(deps, institutionId, content);
    const next = async (at: number) =>
      (await getWorkspace(deps, work.teacher, work.attemptIds[at] ?? '')).next?.title ?? null;

    const before = await next(0);
    await approveModule(deps, work, 0);
    const halfway = await next(0);
    await approveModule(deps, work, 1);
    const map = await mapOf(deps, work);

    expect([before, halfway, await next(1)]).toEqual(['Module 2', 'Module 2', null]);
    expect(whyNot(map.modules)).toEqual([null, null, { why: 'enough' }]);
    expect([map.minutesLeft, map.modules[2]?.minutesLeft]).toEqual([0, 0]);
  });
});

describe('leaving a track', () => {
  it('takes back neither a completed pathway nor its badge or score', async () => {
    const badge = { key: randomUUID(), achievement: 'Shows it', level: 2 };
    const content = { ...withTracks(), badge };
    const work = await enrolIn(deps, institutionId, content);
    await openLink(deps, work, content.key);
    await choose(work, VIDEO);
    await approveModule(deps, work, 0);
    await approveModule(deps, work, 1);

    await choose(work, VIDEO, false);
    await openLink(deps, work, content.key);

    const map = await mapOf(deps, work);
    const [delivery] = await DeliveryModel.find({ institutionId }).lean();
    expect([map.state, map.awards.length]).toEqual(['completed', 3]);
    expect(delivery?.wanted.given).toBe(12);
  });

  it('lets no later decision lower the score', async () => {
    const content = withTracks();
    const work = await enrolIn(deps, institutionId, content);
    await openLink(deps, work, content.key);
    await choose(work, VIDEO);
    await approveModule(deps, work, 1);
    const before = await DeliveryModel.findOne({ institutionId }).lean();

    await choose(work, VIDEO, false);
    await approveModule(deps, work, 0);

    const after = await DeliveryModel.findOne({ institutionId }).lean();
    expect([before?.wanted.given, after?.wanted.given]).toEqual([6, 12]);
  });

  it('lets work that is in review count when it is approved', async () => {
    const work = await enrolIn(deps, institutionId, withTracks());
    await choose(work, VIDEO);
    await approveModule(deps, work, 0);
    const reviewId = await handInModule(deps, work, 1);
    await choose(work, VIDEO, false);
    const inReview = await mapOf(deps, work);

    const { scale, criteria } = FIRST_MODULE.module;
    const judgements = criteria.map(({ key }) => ({ criterionKey: key, level: scale.meets, comment: '' }));
    await approve(deps, work.reviewer, reviewId, { judgements, summary: '' });

    expect(whyNot(inReview.modules)[1]).toBeNull();
    expect((await mapOf(deps, work)).state).toBe('completed');
  });
});

describe('choosing a track that is all that a pathway lacks', () => {
  it('completes it with its badge and its score, once', async () => {
    const badge = { key: randomUUID(), achievement: 'Shows it', level: 2 };
    const content = withTracks(([core = '']) => ({ badge, completes: all(approved(core), onTrack(VIDEO)) }));
    const work = await enrolIn(deps, institutionId, content);
    await openLink(deps, work, content.key);
    await approveModule(deps, work, 0);

    await Promise.all([choose(work, VIDEO), choose(work, VIDEO)]);
    await choose(work, VIDEO, false);
    await choose(work, VIDEO);

    const badges = await AwardModel.find({ institutionId, moduleId: null }).lean();
    const [delivery] = await DeliveryModel.find({ institutionId }).lean();
    expect(badges.map(({ decisionId }) => decisionId)).toEqual([null]);
    expect(delivery?.wanted.given).toBe(12);
    expect((await mapOf(deps, work)).state).toBe('completed');
  });
});

describe('a module for which a badge of elsewhere counts', () => {
  it('is not asked of who holds it, and says which one', async () => {
    const first = pathwayOf({});
    const [instead = '', rest = ''] = [randomUUID(), randomUUID()];
    const held: Rule = {
      type: 'awarded',
      achievement: first.modules[0]?.key ?? '',
      title: 'Uses quick checks',
    };
    const second = {
      ...pathwayOf({ key: instead }, { key: rest }),
      completes: all(anyOf(approved(instead), held), approved(rest)),
    };
    const work = await enrolIn(deps, institutionId, second);
    const earner = await enrolIn(deps, institutionId, first, work);
    const before = await mapOf(deps, work);
    await approveModule(deps, earner, 0);

    const map = await mapOf(deps, work);

    expect(whyNot(before.modules)).toEqual([null, null]);
    expect(whyNot(map.modules)).toEqual([{ why: 'held', title: 'Uses quick checks' }, null]);
    expect(map.minutesLeft).toBe(map.modules[1]?.minutes);
  });
});
