import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PathwayContent } from '../../../contract/content.ts';
import type { FrameworkContent } from '../../../contract/frameworks.ts';
import { findingId } from '../../../contract/lint/findings.ts';
import {
  NotPublishable,
  studioEndpoints,
  type PublishDraft,
  type StudioDraft,
} from '../../../contract/studio.ts';
import { assemblePathway, PATHWAY_PART, type Part, type PathwayPart } from '../../../contract/studioParts.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { PathwayVersionModel } from '../../../server/features/catalog/pathway.model.ts';
import { publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { setSetting } from '../../../server/features/institutions/settings.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { SAMPLE } from '../../support/build.ts';
import { buildCore } from '../../support/frameworks.ts';
import { beginCopy } from '../../support/studio.ts';

const world = useApp();

let caller: Caller;
let draft: StudioDraft;
beforeEach(async () => {
  caller = await world.launch('designer', world.links.pathway);
  const params = { id: await beginCopy(caller) };
  draft = (await caller.call(studioEndpoints.draft, { params })).body;
});

const contentOf = ({ parts }: StudioDraft): PathwayContent => {
  const content = assemblePathway(
    new Map(parts.flatMap(({ key, value }) => (value ? [[key, value] as const] : []))),
  );
  if (!content) throw new Error('the draft has no part of its own');
  return content;
};

/** What is the pathway's own. */
function head(): PathwayPart {
  const value = draft.parts.find(({ key }) => key === PATHWAY_PART)?.value;
  if (value?.type !== 'pathway') throw new Error('the draft has no part of its own');
  return value;
}

const publish = (change: Partial<PublishDraft> = {}, by = caller) =>
  by.call(studioEndpoints.publish, {
    params: { id: draft.id },
    body: { revision: draft.revision, changelog: [], reasons: [], ...change },
  });

async function save(value: Part, key: string): Promise<void> {
  const { revision: baseRevision = 0 } = draft.parts.find((part) => part.key === key) ?? {};
  const body = { windowId: randomUUID(), changes: [{ key, baseRevision, value }] };
  await caller.call(studioEndpoints.save, { params: { id: draft.id }, body });
}

const versionsOf = (pathwayKey: string) =>
  PathwayVersionModel.find({ institutionId: world.institutionId, pathwayKey }).sort({ n: 1 }).lean();

describe('publishing a draft with a framework', () => {
  let core: FrameworkContent;
  beforeEach(async () => {
    const key = randomUUID();
    core = buildCore({ key, slug: key });
    await publishFramework(world.deps, operatorOf(world.institutionId), core);
  });

  /** Gives the draft the framework. @returns its revision */
  async function nameCore(version = 1, change: Partial<PathwayPart> = {}): Promise<number> {
    const framework = { key: core.key, title: core.title, version };
    const strand = { key: 'assessment', title: 'Assessment', art: 'tick' } as const;
    await save({ ...head(), framework, strand, ...change }, PATHWAY_PART);
    return draft.revision + 1;
  }

  /** What kept it from being published, apart from criteria that are aligned to nothing. */
  async function codesOf(revision: number): Promise<string[]> {
    const { body } = await publish({ revision });
    const { findings } = NotPublishable.parse((body as { details?: unknown }).details);
    return findings.map(({ code }) => code).filter((code) => code !== 'no_alignment');
  }

  it('names a strand and an item that are not in it', async () => {
    const [first] = draft.parts.flatMap(({ value }) => (value?.type === 'criterion' ? [value] : []));
    if (!first) throw new Error('the sample has no criterion');
    const gone = { framework: core.key, item: randomUUID(), code: 'X9', title: 'Nothing' };
    const { criterion } = first;
    const revision = await nameCore(1, { strand: { key: 'nowhere', title: 'Nowhere', art: 'tick' } });
    await save({ type: 'criterion', criterion: { ...criterion, alignments: [gone] } }, criterion.key);

    expect(await codesOf(revision + 1)).toEqual(['unknown_strand', 'unknown_alignment']);
  });

  it('asks for a reason where there is a newer version', async () => {
    const renamed = { ...core, description: 'Newer' };
    await publishFramework(world.deps, operatorOf(world.institutionId), renamed);

    expect(await codesOf(await nameCore(1))).toEqual(['newer_framework']);
  });

  it('is refused where that version was never published', async () => {
    expect(await codesOf(await nameCore(9))).toEqual(['unknown_framework']);
  });

  it('is refused where only another institution has it', async () => {
    const other = await ensureInstitution(world.deps, `Elsewhere ${randomUUID()}`);
    const key = randomUUID();
    core = buildCore({ key, slug: key });
    await publishFramework(world.deps, operatorOf(other._id), core);

    expect(await codesOf(await nameCore(1))).toEqual(['unknown_framework']);
  });
});

describe('publishing a draft', () => {
  it('makes a version with its content and its changelog', async () => {
    const content = contentOf(draft);
    const changelog = [{ said: 'Too long', changed: 'Two modules instead of three' }];

    const published = await publish({ changelog });

    expect(published).toMatchObject({ status: 200, body: { pathwayKey: draft.contentKey, n: 1 } });
    const { body } = await caller.call(studioEndpoints.version, {
      params: { key: draft.contentKey, n: '1' },
    });
    expect(body).toMatchObject({ changelog, content });
  });

  it('closes it: nothing more is saved into it, and the next draft begins from the version', async () => {
    await publish();

    const late = await caller.call(studioEndpoints.draft, { params: { id: draft.id } });
    const body = { from: 'version', pathwayKey: draft.contentKey } as const;
    const next = await caller.call(studioEndpoints.begin, { body });
    const opened = await caller.call(studioEndpoints.draft, { params: { id: next.body.draftId } });

    expect(late.status).toBe(404);
    expect(opened.body).toMatchObject({ baseVersion: 1, revision: 1 });
    expect(contentOf(opened.body)).toEqual(contentOf(draft));
  });

  it('is refused with what is to be mended, and the draft stays open', async () => {
    await save({ ...head(), title: '' }, PATHWAY_PART);

    const refused = await publish({ revision: draft.revision + 1 });

    expect(refused).toMatchObject({ status: 422, error: { code: 'NOT_PUBLISHABLE' } });
    const { findings } = NotPublishable.parse(refused.error.details);
    expect(findings).toMatchObject([{ code: 'missing_title', severity: 'error' }]);
    expect(await versionsOf(draft.contentKey)).toEqual([]);
    expect((await caller.call(studioEndpoints.draft, { params: { id: draft.id } })).status).toBe(200);
  });

  it('asks for a reason for each warning, and keeps it', async () => {
    await save({ ...head(), vision: '' }, PATHWAY_PART);
    const revision = draft.revision + 1;

    const refused = await publish({ revision, reasons: [] });
    const { findings } = NotPublishable.parse(refused.error.details);
    const reasons = findings.map((finding) => ({ finding: findingId(finding), reason: 'A short one.' }));
    const published = await publish({ revision, reasons });

    expect(findings).toMatchObject([{ code: 'missing_summary', severity: 'warning' }]);
    expect(published.status).toBe(200);
    expect((await versionsOf(draft.contentKey))[0]?.reasons).toEqual(reasons);
  });

  it('is refused without modules, in words', async () => {
    const body = {
      from: 'blank',
      pathwayKey: randomUUID(),
      title: 'Empty',
      strand: SAMPLE.strand,
    } as const;
    const { draftId } = (await caller.call(studioEndpoints.begin, { body })).body;

    const refused = await caller.call(studioEndpoints.publish, {
      params: { id: draftId },
      body: { revision: 1, changelog: [], reasons: [] },
    });

    expect(refused).toMatchObject({ status: 422, error: { code: 'NOT_PUBLISHABLE' } });
    expect(refused.error.message).toContain('not complete yet');
  });

  it('is refused where something was saved since it was looked at', async () => {
    await save({ ...head(), vision: 'Another one' }, PATHWAY_PART);

    const refused = await publish();

    expect(refused).toMatchObject({ status: 409, error: { code: 'STUDIO_CHANGED' } });
    expect(await versionsOf(draft.contentKey)).toEqual([]);
  });

  it('makes one version, however many publish at once', async () => {
    const other = await world.launch('admin', world.links.pathway);

    const answers = await Promise.all([publish(), publish({}, other), publish(), publish({}, other)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    expect(await versionsOf(draft.contentKey)).toHaveLength(1);
  });

  it('is not for participants, nor for designers of another institution', async () => {
    const district = await world.addDistrict();
    const stranger = await district.launch('designer', district.links.pathway);
    const teacher = await world.launch('teacher-1', world.links.pathway);

    const answers = await Promise.all([publish({}, stranger), publish({}, teacher)]);

    expect(answers.map(({ status }) => status)).toEqual([404, 403]);
    expect(await versionsOf(draft.contentKey)).toEqual([]);
  });

  it('keeps to the institution’s limit of minutes', async () => {
    await setSetting(world.deps, operatorOf(world.institutionId), 'moduleMinutesMax', 1);

    const refused = await publish();
    await setSetting(world.deps, operatorOf(world.institutionId), 'moduleMinutesMax', null);

    const { findings } = NotPublishable.parse(refused.error.details);
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['module_minutes']));
  });
});
