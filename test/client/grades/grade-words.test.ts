import { describe, expect, test } from '@jest/globals';
import { DELIVERY_REASONS } from '../../../contract/states.ts';
import { gradeWord } from '../../../client/src/components/grade/gradeWords.ts';
import type { GradeFacts } from '../../../client/src/components/grade/gradeWords.ts';

const facts: GradeFacts = {
  state: 'queued',
  reason: 'none',
  scoreGiven: 8,
  scoreMaximum: 10,
  acceptedAt: null,
  lmsValue: null,
  lmsMaximum: null,
};

describe('the words of a grade', () => {
  test('say that it is on its way while it is queued or being sent', () => {
    expect(gradeWord(facts)).toEqual({ word: 'onTheWay' });
    expect(gradeWord({ ...facts, state: 'sending' })).toEqual({ word: 'onTheWay' });
  });

  test('say when the gradebook took it', () => {
    const at = '2026-11-23T14:03:00.000Z';

    expect(gradeWord({ ...facts, state: 'accepted', acceptedAt: at })).toEqual({ word: 'inGradebook', at });
  });

  test('say what the course shows where it changed its points', () => {
    const accepted = { ...facts, state: 'accepted' as const, acceptedAt: '2026-11-23T14:03:00.000Z' };

    expect(gradeWord({ ...accepted, lmsMaximum: 20 })).toEqual({
      word: 'pointsChanged',
      value: 16,
      maximum: 20,
    });
  });

  test('say what somebody changed it to in the LMS', () => {
    const changed = { ...facts, state: 'held' as const, reason: 'changed_in_lms', lmsValue: 9 };

    expect(gradeWord(changed)).toEqual({ word: 'changed', value: 9 });
  });

  test('say nothing where there is no score yet', () => {
    expect(gradeWord({ ...facts, state: 'none' })).toBeNull();
  });

  test('know a sentence for every reason that a delivery may have', () => {
    const reasons = DELIVERY_REASONS.filter((reason) => reason !== 'none');

    const unknown = reasons.filter((reason) => {
      const said = gradeWord({ ...facts, state: 'none', reason });
      return said === null;
    });

    expect(unknown).toEqual([]);
  });
});
