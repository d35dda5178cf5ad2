import { describe, expect, it } from '@jest/globals';
import { landingOf } from '../../../client/src/pages/landing.ts';
import { session } from '../gallery/samples.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';

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
  return landingOf({ ...session, roles: ['participant'], startsAs: 'participant', ...overrides }, wantsMap);
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

  it('is the picker for a deep linking request, whatever the role', () => {
    expect(launch({ shows: shows.picker, startsAs: 'designer', roles: ['designer'] })).toEqual({
      kind: 'page',
      path: 'pick',
    });
  });

  it('is the reviews for a reviewer and for a look from the gradebook', () => {
    const reviews = { kind: 'page', path: 'reviews' };

    expect(launch({ startsAs: 'reviewer', roles: ['participant', 'reviewer'] })).toEqual(reviews);
    expect(launch({ shows: shows.submissions, startsAs: 'reviewer', roles: ['reviewer'] })).toEqual(reviews);
  });

  it('is the own work again once its tab was pressed, also under another role', () => {
    const both = { startsAs: 'reviewer', roles: ['participant', 'reviewer'] } as const;

    expect(launch({ ...both, roles: [...both.roles] }, true)).toEqual({ kind: 'open' });
  });

  it('is the grades for an admin', () => {
    expect(launch({ shows: shows.home, startsAs: 'admin', roles: ['admin'] })).toEqual({
      kind: 'page',
      path: 'admin/deliveries',
    });
  });

  it('says so where the link is gone or has nothing for this role', () => {
    expect(launch({ shows: shows.gone })).toEqual({ kind: 'gone' });
    expect(launch({ shows: shows.home, roles: ['participant'] })).toEqual({ kind: 'nothing' });
  });

  it('is the word on adding content for a designer whose link shows nothing', () => {
    const home = { shows: shows.home, startsAs: 'designer', roles: ['designer'] } as const;

    expect(launch({ ...home, roles: [...home.roles] })).toEqual({ kind: 'page', path: 'pick' });
  });

  const NEW = { ...session.person, agreed: false };
  const LEARNS = { takesPart: true, startsAs: 'participant' } as const;
  const DESIGNS = { takesPart: false, startsAs: 'designer' } as const;
  it.each<[string, Partial<SessionInfo>, object]>([
    ['a designer', { ...DESIGNS, roles: ['designer', 'participant'] }, { path: 'preview' }],
    ['a designer who agreed once', { ...DESIGNS, roles: ['designer', 'participant'] }, { path: 'preview' }],
    [
      'an admin who designs',
      { ...DESIGNS, roles: ['designer', 'participant', 'admin'] },
      { path: 'preview' },
    ],
    ['an admin and nothing else', { ...LEARNS, startsAs: 'admin', roles: ['admin'] }, { path: 'preview' }],
    [
      'an admin who may take part and did not agree',
      { ...LEARNS, roles: ['participant', 'admin'], person: NEW },
      { path: 'preview' },
    ],
    [
      'an admin who takes part',
      { ...LEARNS, roles: ['participant', 'admin'] },
      { kind: 'open', path: undefined },
    ],
    [
      'an instructor',
      { takesPart: true, startsAs: 'reviewer', roles: ['participant', 'reviewer', 'designer'], person: NEW },
      { path: 'reviews' },
    ],
    [
      'a learner who also designs',
      { ...LEARNS, roles: ['participant', 'designer'], person: NEW },
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
    const designer = { ...DESIGNS, shows: shows.module, roles: ['designer', 'participant'] } as const;

    expect(launch({ ...designer, roles: [...designer.roles] }, true)).toEqual({
      kind: 'page',
      path: 'preview',
    });
  });
});
