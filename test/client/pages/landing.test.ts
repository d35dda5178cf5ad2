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

  it('is the word on adding content for a designer who opened a link instead', () => {
    expect(launch({ startsAs: 'designer', hats: ['designer'] })).toEqual({ kind: 'page', path: 'pick' });
  });
});
