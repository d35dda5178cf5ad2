import { documentOf } from '../../../contract/richText.ts';
import type { Criterion, Scale, Strand } from '../../../contract/content.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Levels with these names, low to high. @param needed  name of the one that approval needs */
export function scaleOf(names: readonly string[], needed: string): Scale {
  const keyOf = (name: string) => name.toLowerCase().replaceAll(' ', '_');
  return { levels: names.map((name) => ({ key: keyOf(name), name })), meets: keyOf(needed) };
}

export const scale = scaleOf(['Emerging', 'Approaching', 'Meets', 'Extends'], 'Meets');

export const strand: Strand = { key: 'assessment', title: 'Assessment technology', art: 'tick' };

function criterion(n: number, code: string, title: string, texts: readonly [string, string, string, string]) {
  const levels = scale.levels.map(({ key: level }, index) => ({
    key: uuid(n * 10 + index),
    level,
    descriptor: texts[index] ?? '',
  }));
  return { key: uuid(n), code, title, alignments: [], kindsNeeded: 1, levels } satisfies Criterion;
}

/** The same criterion on another scale. */
export function onScale({ levels, ...rest }: Criterion, { levels: others }: Scale): Criterion {
  const text = (at: number) => levels[at]?.descriptor ?? `Descriptor ${at + 1}`;
  return {
    ...rest,
    levels: others.map(({ key: level }, at) => ({ key: uuid(700 + at), level, descriptor: text(at) })),
  };
}

export const criteria = [
  criterion(1, 'A', 'One clear purpose', [
    'The check has questions.',
    'The questions have a topic in common.',
    'Every question serves one purpose that students could name.',
    'Students help to set the purpose.',
  ]),
  criterion(2, 'B', 'Acting on results', [
    'Results are collected and kept.',
    'Results are read. The next lesson stays as planned.',
    'The next lesson changes for named groups, with a reason from the results.',
    'Students see the results and choose a next step with you.',
  ]),
  criterion(3, 'C', 'Everyone can take part', [
    'The check is open to all.',
    'Some barriers are named.',
    'Barriers are named and taken away.',
    'Students choose how they answer.',
  ]),
] as const;

export const marks = {
  [uuid(1)]: [{ level: 'meets', who: 'you' as const, at: new Date().toISOString() }],
  [uuid(2)]: [{ level: 'approaching', who: 'you' as const, at: new Date().toISOString() }],
};

export const reflection = documentOf(
  'I ran the four-question check with my Year 8 group on Tuesday, in the last six minutes. I had expected the fractions to be the hard part. They weren’t: 19 of 26 had them right.\nSo on Wednesday I did not start with page 42. Those eleven sat with me for ten minutes and measured the classroom.',
);

export const key = `${'k'.repeat(43)}`;

export const session: SessionInfo = {
  id: uuid(90),
  key,
  institution: {
    id: uuid(91),
    name: 'Demo District',
    zone: 'Europe/Vienna',
    embedHosts: ['www.youtube-nocookie.com'],
  },
  person: {
    id: uuid(92),
    displayName: 'Teacher 14',
    hasName: true,
    hasEmail: false,
    agreed: true,
    weeklyMinutes: 90,
  },
  course: { id: uuid(93), title: 'EdTech autumn' },
  roles: ['participant', 'reviewer'],
  takesPart: true,
  startsAs: 'participant',
  shows: { kind: 'pathway', pathwayKey: uuid(94) },
  grading: 'on',
  practice: false,
  locale: 'en-GB',
  frame: {
    family: 'canvas',
    origins: ['https://lms.example'],
    storageTarget: null,
    returnUrl: 'https://lms.example/courses/1',
    documentTarget: 'iframe',
  },
  expiresAt: '2026-11-23T20:00:00Z',
  endsAt: '2026-11-24T06:00:00Z',
};
