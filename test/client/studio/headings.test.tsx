import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import type { RichDocument } from '../../../contract/richText.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import type { Part } from '../../../contract/studioParts.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { expectHeadingOrder, headingsIn } from '../support/headings.ts';
import { startApp } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const THIRD = moduleAt(sampleParts(), 2);

/** Headings of these kinds, each with its kind and place as its words. */
const textOf = (...kinds: (2 | 3)[]): RichDocument => ({
  type: 'doc',
  content: kinds.map((level, at) => ({
    type: 'heading',
    attrs: { level },
    content: [{ type: 'text', text: `text ${at}: ${level}` }],
  })),
});

function withText(part: Part, text: RichDocument): Part {
  if (part.type === 'module') return { ...part, needs: ['camera'], lowTech: text };
  if (part.type === 'exemplar') return { ...part, exemplar: { ...part.exemplar, content: text } };
  if (part.type !== 'block' || part.block.type !== 'text') return part;
  return { ...part, block: { ...part.block, content: text } };
}

/** The sample with a text in every place for one. */
function partsWith(text: RichDocument): Map<string, Part> {
  return new Map([...sampleParts()].map(([key, part]) => [key, withText(part, text)]));
}

function studio(text: RichDocument = textOf(2, 3)) {
  window.sessionStorage.clear();
  const api = studioApi(new StudioServer(partsWith(text)));
  const row = { publishedBy: '', changelog: [], offered: true, people: 1 };
  api.on(studioEndpoints.versions, () => ({
    title: samplePathway.title,
    retiredAt: null,
    rows: [2, 1].map((n) => ({ n, publishedAt: '2026-10-02T09:00:00.000Z', ...row })),
  }));
  return api;
}

const editing = (at: string): string => `/studio/${DRAFT_ID}?at=${at}`;

describe('the headings of the studio', () => {
  it.each<[string, string, string]>([
    ['the list of pathways', '/studio', samplePathway.title],
    ['the own part of a pathway', editing(PATHWAY_PART), 'Tracks'],
    ['a module', editing(THIRD.key), 'Steps'],
    ['the versions of a pathway', `/studio/pathways/${samplePathway.key}/versions`, 'Version 2'],
  ])('skip no level on %s', async (_what, at, heading) => {
    await startApp(at, studio(), designer);

    await screen.findByRole('heading', { name: heading });

    expectHeadingOrder(document.body);
  });

  it.each<[string, (2 | 3)[]]>([
    ['upper and lower ones', [2, 3, 3]],
    ['lower ones only', [3, 3]],
    ['lower ones first', [3, 2, 3]],
  ])('stay in order around texts that are being written, with %s', async (_what, kinds) => {
    await startApp(editing(THIRD.key), studio(textOf(...kinds)), designer);

    await screen.findByRole('heading', { name: 'Steps' });
    const written = await screen.findAllByRole('textbox', { name: 'Text' });

    expectHeadingOrder(document.body);
    expect(written.flatMap(headingsIn)).toHaveLength(written.length * kinds.length);
  });

  it('skip no level in the dialog that publishes', async () => {
    const { user } = await startApp(editing(PATHWAY_PART), studio(), designer);
    await user.click(await screen.findByRole('button', { name: 'Publish version 4' }));

    const dialog = await screen.findByRole('dialog');

    expectHeadingOrder(dialog, 1);
  });
});
