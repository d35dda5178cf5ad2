import { readFileSync } from 'node:fs';
import { moduleMinutes, promptsOf, requirementsOf, unrollModule } from '../../../contract/cycles.ts';
import type { UnrolledModule } from '../../../contract/cycles.ts';
import { readPathwayContent } from '../../../contract/contentUpgrades.ts';
import type { MapModule, PathwayMap } from '../../../contract/pathways.ts';
import type { DraftView, SubmissionReceipt, Workspace } from '../../../contract/attempts.ts';
import { LinkEvidence } from '../../../contract/evidence.ts';
import type { FileEvidence } from '../../../contract/evidence.ts';
import { documentOf } from '../../../contract/richText.ts';

/** A pathway of three modules, whatever is seeded. */
const pathway = readPathwayContent(JSON.parse(readFileSync('test/samples/pathway-1.json', 'utf8')));

export function moduleAt(index: number): UnrolledModule {
  const module = pathway.modules[index];
  if (!module) throw new RangeError(`the sample pathway has no module ${index}`);
  return unrollModule(module);
}

/** A UUID that says what it is for. */
export function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export const enrolmentId = idOf(1);
export const attemptId = idOf(2);
export const submissionId = idOf(3);

const run = {
  id: idOf(4),
  title: 'Autumn',
  state: 'open' as const,
  submitBy: '2099-12-04T22:59:00.000Z',
  reviewBy: '2099-12-18T22:59:00.000Z',
};

export function aMapModule(index: number, over: Partial<MapModule> = {}): MapModule {
  const module = moduleAt(index);
  return {
    key: module.key,
    attemptId: idOf(20 + index),
    position: index + 1,
    title: module.title,
    label: module.label,
    minutes: moduleMinutes(module),
    minutesLeft: moduleMinutes(module),
    state: 'not_started',
    reviewedBy: module.reviewedBy,
    level: null,
    opensAfter: null,
    notAsked: null,
    steps: module.steps.map(({ key, kind, title, cycle }, at) => ({
      key,
      kind,
      title,
      cycle,
      state: at === 0 ? 'now' : 'ahead',
    })),
    draftSavedAt: null,
    grades: [],
    ...over,
  };
}

export function aMap(over: Partial<PathwayMap> = {}): PathwayMap {
  return {
    enrolmentId,
    state: 'active',
    run,
    currentEnrolmentId: null,
    pathway: {
      key: pathway.key,
      title: pathway.title,
      vision: pathway.vision,
      strand: pathway.strand,
      version: 1,
    },
    modules: [aMapModule(0), aMapModule(1), aMapModule(2)],
    tracks: [],
    former: [],
    newerVersion: null,
    approved: 0,
    minutesLeft: 150,
    week: { usedMinutes: 55, limitMinutes: 90 },
    awards: [],
    grades: [],
    ...over,
  };
}

export function aDraft(text: string, over: Partial<DraftView> = {}): DraftView {
  return {
    pieceKey: firstPrompt().key,
    draftId: idOf(900),
    revision: 1,
    document: documentOf(text),
    text,
    savedAt: '2026-11-23T07:52:00.000Z',
    ...over,
  };
}

export function firstPrompt() {
  const [prompt] = promptsOf(moduleAt(0));
  if (!prompt) throw new RangeError('the first module asks nothing');
  return prompt;
}

export function aPiece(over: Partial<FileEvidence> = {}): FileEvidence {
  return {
    id: idOf(50),
    kind: 'document',
    name: 'Exit check, four questions.pdf',
    criteria: moduleAt(0).criteria.map(({ key }) => key),
    requirementKey: null,
    state: 'ready',
    size: 340_000,
    mediaType: 'application/pdf',
    sha256: 'a'.repeat(64),
    previewable: true,
    url: '/files/x?exp=1&sig=y',
    notes: [],
    refusal: null,
    settled: false,
    handedIn: false,
    uploadedBytes: null,
    clientId: idOf(51),
    ...over,
  };
}

export function aLink(over: Partial<LinkEvidence> = {}): LinkEvidence {
  return LinkEvidence.parse({
    id: idOf(52),
    kind: 'link',
    name: 'The check itself',
    criteria: moduleAt(0).criteria.map(({ key }) => key),
    requirementKey: null,
    state: 'ready',
    size: null,
    mediaType: null,
    sha256: null,
    previewable: false,
    url: 'https://example.org/check',
    notes: [],
    refusal: null,
    settled: false,
    handedIn: false,
    uploadedBytes: null,
    clientId: null,
    ...over,
  });
}

export function aWorkspace(over: Partial<Workspace> = {}): Workspace {
  const module = moduleAt(0);
  return {
    attemptId,
    enrolmentId,
    pathway: { key: pathway.key, title: pathway.title, strand: pathway.strand },
    run,
    state: 'in_progress',
    round: 1,
    writable: true,
    opensAfter: null,
    notAsked: null,
    position: 1,
    ofVersion: null,
    former: false,
    module,
    stepsDone: [],
    drafts: [],
    formerTexts: [],
    lockedPieces: [],
    evidence: [],
    selfLevels: [],
    feedback: null,
    earlierFeedback: [],
    changedSince: null,
    submittedTexts: [],
    missing: requirementsOf(module).map(({ key, title }) => ({ what: 'artifact', key, title, cycle: null })),
    submissionId: null,
    award: null,
    pathwayAward: null,
    grades: [],
    next: null,
    ...over,
  };
}

/** What a return leaves: the last criterion open, the others settled. */
export function aReturned(over: Partial<Workspace> = {}): Workspace {
  const { criteria, scale } = moduleAt(0);
  const [lowest, highest] = [scale.levels[0]?.key ?? '', scale.levels.at(-1)?.key ?? ''];
  return aWorkspace({
    state: 'returned',
    round: 2,
    submissionId,
    changedSince: '2026-11-18T09:00:00.000Z',
    drafts: [aDraft('I went over the answers and moved on.')],
    submittedTexts: [
      {
        pieceKey: firstPrompt().key,
        text: 'I went over the answers and moved on.',
        at: '2026-11-18T09:00:00.000Z',
      },
    ],
    missing: [],
    feedback: {
      decidedAt: '2026-11-23T09:40:00.000Z',
      outcome: 'returned',
      submissionCode: '7F3K',
      judgedAs: 'reviewer',
      summary: 'Show me that lesson and this is there.',
      criteria: criteria.map(({ key }, index) => ({
        criterionKey: key,
        level: index === criteria.length - 1 ? lowest : highest,
        comment: index === criteria.length - 1 ? 'What changed for the eleven?' : '',
        reopened: index === criteria.length - 1,
      })),
    },
    ...over,
  });
}

export function aReceipt(over: Partial<SubmissionReceipt> = {}): SubmissionReceipt {
  return {
    id: submissionId,
    attemptId,
    enrolmentId,
    moduleTitle: moduleAt(0).title,
    code: '7F3K',
    round: 1,
    submittedAt: '2026-11-23T14:02:00.000Z',
    late: false,
    digest: 'd'.repeat(64),
    pieces: [
      {
        kind: 'reflection',
        id: firstPrompt().key,
        title: firstPrompt().question,
        cycle: null,
        sha256: `9f2c41d0${'0'.repeat(52)}08aa`,
        words: 212,
        size: null,
        mediaType: null,
      },
      {
        kind: 'artifact',
        id: idOf(50),
        title: 'Exit check, four questions.pdf',
        cycle: null,
        sha256: `04be77c1${'0'.repeat(52)}e602`,
        words: null,
        size: 340_000,
        mediaType: 'application/pdf',
      },
    ],
    reviewBy: '2026-12-18T22:59:00.000Z',
    reader: 'reviewer',
    state: 'waiting',
    mayTakeBack: true,
    ...over,
  };
}
