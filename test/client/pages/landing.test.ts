import { describe, expect, it } from '@jest/globals';
import { landingOf } from '../../../client/src/pages/landing.ts';
import { session } from '../gallery/samples.ts';
import type { SessionInfo } from '../../../contract/session.ts';

const id = session.id;
const shows = {
  pathway: { kind: 'pathway', pathwayKey: id },
  module: { kind: 'module', pathwayKey: id, moduleKey: id },
  submissions: { kind: 'submissions', pathwayKey: id, moduleKey: null },
  picker: { kind: 'picker' },
  gone: { kind: 'gone' },
  home: { kind: 'home' },
} as const;

function launch(overrides: Partial<SessionInfo>, wantsMap = false) {
  return landingOf({ ...session, hats: ['participant'], startsAs: 'participant', ...overrides }, wantsMap);
}

describe('where a launch begins', () => {
  it('is what the link shows, for a participant who has agreed', () => {
    expect(launch({ shows: shows.pathway })).toEqual({ kind: 'open' });
    expect(launch({ shows: shows.module })).toEqual({ kind: 'open' });
  });

  it('is the welcome page for one who has not', () => {
    const person = { ...session.person, agreed: false };

    expect(launch({ shows: shows.module, person })).toEqual({ kind: 'page', path: 'welcome' });
  });

  it('is the picker for a deep linking request, whatever the hat', () => {
    expect(launch({ shows: shows.picker, startsAs: 'designer', hats: ['designer'] })).toEqual({
      kind: 'page',
      path: 'pick',
    });
  });

  it('is the reviews for a reviewer and for a look from the gradebook', () => {
    const reviews = { kind: 'page', path: 'reviews' };

    expect(launch({ startsAs: 'reviewer', hats: ['participant', 'reviewer'] })).toEqual(reviews);
    expect(launch({ shows: shows.submissions, startsAs: 'reviewer', hats: ['reviewer'] })).toEqual(reviews);
  });

  it('is the own work again once its tab was pressed, also under another hat', () => {
    const both = { startsAs: 'reviewer', hats: ['participant', 'reviewer'] } as const;

    expect(launch({ ...both, hats: [...both.hats] }, true)).toEqual({ kind: 'open' });
  });

  it('is the grades for an admin', () => {
    expect(launch({ shows: shows.home, startsAs: 'admin', hats: ['admin'] })).toEqual({
      kind: 'page',
      path: 'admin/deliveries',
    });
  });

  it('says so where the link is gone or has nothing for this role', () => {
    expect(launch({ shows: shows.gone })).toEqual({ kind: 'gone' });
    expect(launch({ shows: shows.home, hats: ['participant'] })).toEqual({ kind: 'nothing' });
  });

  it('is the word on adding content for a designer whose link shows nothing', () => {
    const home = { shows: shows.home, startsAs: 'designer', hats: ['designer'] } as const;

    expect(launch({ ...home, hats: [...home.hats] })).toEqual({ kind: 'page', path: 'pick' });
  });

  const NEW = { ...session.person, agreed: false };
  const LEARNS = { takesPart: true, startsAs: 'participant' } as const;
  const DESIGNS = { takesPart: false, startsAs: 'designer' } as const;
  it.each<[string, Partial<SessionInfo>, object]>([
    ['a designer', { ...DESIGNS, hats: ['designer', 'participant'] }, { path: 'preview' }],
    ['a designer who agreed once', { ...DESIGNS, hats: ['designer', 'participant'] }, { path: 'preview' }],
    ['an admin who designs', { ...DESIGNS, hats: ['designer', 'participant', 'admin'] }, { path: 'preview' }],
    ['an admin and nothing else', { ...LEARNS, startsAs: 'admin', hats: ['admin'] }, { path: 'preview' }],
    [
      'an admin who may take part and did not agree',
      { ...LEARNS, hats: ['participant', 'admin'], person: NEW },
      { path: 'preview' },
    ],
    [
      'an admin who takes part',
      { ...LEARNS, hats: ['participant', 'admin'] },
      { kind: 'open', path: undefined },
    ],
    [
      'an instructor',
      { takesPart: true, startsAs: 'reviewer', hats: ['participant', 'reviewer', 'designer'], person: NEW },
      { path: 'reviews' },
    ],
    [
      'a learner who also designs',
      { ...LEARNS, hats: ['participant', 'designer'], person: NEW },
      { path: 'welcome' },
    ],
  ])(
    'shows the pathway to %s as it is for that role, never the teacher’s consent to who only looks',
    (_who, info, landing) => {
      for (const shown of [shows.pathway, shows.module]) {
        const found = launch({ ...info, shows: shown });

        expect({ path: undefined, ...found }).toMatchObject(landing);
      }
    },
  );

  it('is the preview again where a designer presses the tab', () => {
    const designer = { ...DESIGNS, shows: shows.module, hats: ['designer', 'participant'] } as const;

    expect(launch({ ...designer, hats: [...designer.hats] }, true)).toEqual({
      kind: 'page',
      path: 'preview',
    });
  });
});
