import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleEndpoints } from '../../../contract/bundles.ts';
import { assembleForm, FORM_PART } from '../../../contract/formParts.ts';
import { formEndpoints, type PublishForm } from '../../../contract/forms.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import { NotPublishable, studioEndpoints, type StudioDraft } from '../../../contract/studio.ts';
import type { Part } from '../../../contract/studioParts.ts';
import { readAnyBundle } from '../../../server/bundles/readBundle.ts';
import { publishForm } from '../../../server/features/observationForms/publishing.service.ts';
import { ObservationFormVersionModel } from '../../../server/features/observationForms/form.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { zipFiles } from '../../support/bundles/sampleBundle.ts';
import { uploadBundle } from '../../support/contentUploads.ts';
import { sampleForm } from '../../support/sampleForm.ts';
import { AS_BEGUN } from '../../support/studio.ts';

const world = useApp();
const { begin, choices, forms, publish, retire, version, versions } = formEndpoints;

let caller: Caller;
beforeAll(async () => {
  caller = await world.launch('designer', world.links.pathway);
});

/** A form that the institution has; a key of its own keeps the tests apart. */
let form: FormContent;
beforeEach(async () => {
  form = sampleForm({ key: randomUUID(), title: `Form ${randomUUID()}` });
  await publishForm(world.deps, world.institutionId, form);
});

async function open(id: string): Promise<StudioDraft> {
  return (await caller.call(studioEndpoints.draft, { params: { id } })).body;
}
async function beginNext(key = form.key): Promise<StudioDraft> {
  const { body } = await caller.call(begin, { body: { from: 'version', formKey: key } });
  return open(body.draftId);
}
const contentOf = ({ parts }: StudioDraft): FormContent | null =>
  assembleForm(new Map(parts.flatMap(({ key, value }) => (value ? [[key, value] as const] : []))));
const save = (draft: StudioDraft, key: string, value: Part) =>
  caller.call(studioEndpoints.save, {
    params: { id: draft.id },
    body: {
      windowId: randomUUID(),
      changes: [{ key, value, baseRevision: draft.parts.find((one) => one.key === key)?.revision ?? 0 }],
    },
  });
const publishing = (draft: StudioDraft, change: Partial<PublishForm> = {}) =>
  caller.call(publish, { params: { id: draft.id }, body: { ...AS_BEGUN, ...change } });

/** Gives the draft another purpose. */
async function repurpose(draft: StudioDraft, purpose: string): Promise<void> {
  const head = draft.parts.find(({ key }) => key === FORM_PART)?.value;
  if (head?.type !== 'form') throw new Error('the draft has no part of its own');
  expect((await save(draft, FORM_PART, { ...head, purpose })).status).toBe(200);
}
const choicesOf = async (by: Caller) => (await by.call(choices)).body.rows.map(({ key }) => key);

describe('the draft of an observation form', () => {
  it('begins blank, without anything to publish', async () => {
    const body = { from: 'blank', formKey: randomUUID(), title: 'Talk in pairs' } as const;

    const draft = await open((await caller.call(begin, { body })).body.draftId);
    const { status, body: refused } = await publishing(draft);

    expect(draft).toMatchObject({ kind: 'form', contentKey: body.formKey, baseVersion: null });
    expect(contentOf(draft)).toMatchObject({ slug: 'talk-in-pairs', sections: [] });
    expect(status).toBe(422);
    const { findings } = NotPublishable.parse((refused as { details?: unknown }).details);
    expect(findings.map(({ code }) => code)).toContain('no_during');
  });

  it('begins as the next version with all that the newest has, once for all who begin it', async () => {
    const [one, other] = await Promise.all([beginNext(), beginNext()]);

    expect(one.id).toBe(other.id);
    expect(contentOf(one)).toEqual(form);
  });

  it('begins as a copy that says where it comes from and shares no key', async () => {
    const body = { from: 'copy', formKey: randomUUID(), of: form.key } as const;

    const copy = contentOf(await open((await caller.call(begin, { body })).body.draftId));

    expect(copy?.key).toBe(body.formKey);
    expect(copy?.source).toContain(form.title);
    const keys = new Set(form.sections.flatMap(({ key, items }) => [key, ...items.map((item) => item.key)]));
    expect(copy?.sections.filter(({ key }) => keys.has(key))).toEqual([]);
    expect(copy?.sections.map(({ title }) => title)).toEqual(form.sections.map(({ title }) => title));
  });

  it('holds no part of a pathway', async () => {
    const draft = await beginNext();
    const key = randomUUID();

    const { status } = await save(draft, key, {
      type: 'block',
      block: { type: 'checklist', key, title: 'A list', items: [] },
    });

    expect(status).toBe(400);
    expect((await open(draft.id)).revision).toBe(1);
  });

  it('is not published as a pathway', async () => {
    const draft = await beginNext();

    const { status } = await caller.call(studioEndpoints.publish, {
      params: { id: draft.id },
      body: { ...AS_BEGUN, offered: true },
    });

    expect(status).toBe(404);
  });

  it('is listed beside the version that it follows', async () => {
    const draft = await beginNext();

    const { rows } = (await caller.call(forms)).body;

    expect(rows.find(({ key }) => key === form.key)).toMatchObject({ version: 1, draft: { id: draft.id } });
  });
});

describe('publishing an observation form', () => {
  it('makes the next version with its changelog, and leaves the one before as it was', async () => {
    const draft = await beginNext();
    await repurpose(draft, 'For shorter lessons.');
    const changelog = [{ said: 'Too long', changed: 'Shorter' }];

    const published = await publishing(draft, { revision: 2, changelog });

    expect(published).toMatchObject({ status: 200, body: { formKey: form.key, n: 2 } });
    const params = { key: form.key };
    expect((await caller.call(version, { params: { ...params, n: '1' } })).body.content).toEqual(form);
    expect((await caller.call(version, { params: { ...params, n: '2' } })).body.content.purpose).toBe(
      'For shorter lessons.',
    );
    expect((await caller.call(versions, { params })).body.rows).toMatchObject([
      { n: 2, changelog },
      { n: 1 },
    ]);
  });

  it('makes no version of content that is published already', async () => {
    const draft = await beginNext();

    const { body } = await publishing(draft);

    expect(body).toEqual({ formKey: form.key, n: 1 });
    expect(await ObservationFormVersionModel.countDocuments({
      institutionId: world.institutionId,
      formKey: form.key,
    })).toBe(1); // prettier-ignore
  });

  it('is refused once somebody has saved since', async () => {
    const draft = await beginNext();
    await repurpose(draft, 'Newer');

    expect(await publishing(draft)).toMatchObject({ status: 409, error: { code: 'STUDIO_CHANGED' } });
  });

  it('asks for a reason where the lint warns', async () => {
    const draft = await beginNext();
    await repurpose(draft, '');

    const refused = await publishing(draft, { revision: 2 });
    const reasons = [{ finding: 'missing_summary//////////purpose', reason: 'Obvious' }];
    const { findings } = NotPublishable.parse(refused.error.details);
    const accepted = await publishing(draft, { revision: 2, reasons });

    expect(findings.map(({ code }) => code)).toEqual(['missing_summary']);
    expect(accepted.status).toBe(200);
  });
});

describe('choosing an observation form', () => {
  it('is for everybody in the course, until the form is retired', async () => {
    const teacher = await world.launch('teacher-1', world.links.module);
    expect(await choicesOf(teacher)).toContain(form.key);

    await caller.call(retire, { params: { key: form.key }, body: { retired: true } });
    const whileRetired = await choicesOf(teacher);
    const { status } = await teacher.call(version, { params: { key: form.key, n: '1' } });
    await caller.call(retire, { params: { key: form.key }, body: { retired: false } });

    expect(whileRetired).not.toContain(form.key);
    expect(status).toBe(200);
    expect(await choicesOf(teacher)).toContain(form.key);
  });
});

describe('the bundle of an observation form', () => {
  async function download(n: string): Promise<Buffer> {
    const params = { key: form.key, n };
    const { body } = await caller.call(bundleEndpoints.exportForm, { params, body: {} });
    return Buffer.from(await (await fetch(`${world.url}${body.url}`)).arrayBuffer());
  }

  it('brings the same version to another institution, with the same hash', async () => {
    const district = await world.addDistrict();
    const designer = await district.launch('designer', district.links.pathway);
    const uploadId = await uploadBundle(designer, await download('1'));

    const { body: report } = await designer.call(bundleEndpoints.check, { body: { uploadId } });
    const body = { as: 'version' as const, uploadId, reasons: [] };
    const imported = await designer.call(bundleEndpoints.import, { body });

    expect(report).toMatchObject({ kind: 'form', content: form, findings: [], version: null });
    expect(imported.body).toEqual({ kind: 'form', contentKey: form.key, draftId: null, n: 1 });
    const params = { key: form.key, n: '1' };
    const [here, there] = [
      (await caller.call(version, { params })).body,
      (await designer.call(version, { params })).body,
    ];
    expect(there.contentHash).toBe(here.contentHash);
  });

  it('becomes a draft that is exported as it is, and is imported over no other', async () => {
    const content = { ...form, key: randomUUID() };
    const uploadId = await uploadBundle(
      caller,
      zipFiles({ [`forms/${content.slug}.json`]: JSON.stringify(content) }),
    );
    const draftId = randomUUID();

    const begun = await caller.call(bundleEndpoints.import, { body: { as: 'draft', uploadId, draftId } });
    const again = { as: 'draft', uploadId, draftId: randomUUID() } as const;
    const refused = await caller.call(bundleEndpoints.import, { body: again });
    const link = await caller.call(bundleEndpoints.exportDraft, { params: { id: draftId }, body: {} });
    const zip = Buffer.from(await (await fetch(`${world.url}${link.body.url}`)).arrayBuffer());

    expect(begun.body).toMatchObject({ kind: 'form', draftId });
    expect(refused.error.code).toBe('STUDIO_DRAFT_OPEN');
    expect(await readAnyBundle(zip, (bundle) => bundle.content)).toEqual(content);
  });
});
