import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../../contract/endpoint.ts';
import { formEndpoints } from '../../contract/forms.ts';
import { studioEndpoints } from '../../contract/studio.ts';
import { publishForm } from '../../server/features/observationForms/publishing.service.ts';
import type { AppWorld, Caller } from './app.ts';
import { SAMPLE } from './build.ts';
import { sampleForm } from './sampleForm.ts';

/** What a designer sends to begin the next version of the sample. */
export const NEXT_VERSION = { from: 'version', pathwayKey: SAMPLE.key } as const;

/** Publishes a draft as it was begun. */
export const AS_BEGUN = { revision: 1, changelog: [], reasons: [] };

/** Begins a pathway of its own from the sample. @returns the draft's id */
export async function beginCopy(designer: Caller): Promise<string> {
  const body = { from: 'copy', pathwayKey: randomUUID(), of: SAMPLE.key } as const;
  return (await designer.call(studioEndpoints.begin, { body })).body.draftId;
}

/** The form that tests publish in an institution. */
export const SAMPLE_FORM = sampleForm();

/** Begins the next version of the sample form, which must be published. @returns the draft's id */
export async function beginForm(designer: Caller): Promise<string> {
  const body = { from: 'version', formKey: SAMPLE_FORM.key } as const;
  return (await designer.call(formEndpoints.begin, { body })).body.draftId;
}

/** The same for routes of observation forms. @param world  where the sample form is published */
export function formCalls(
  world: Pick<AppWorld, 'deps' | 'institutionId'>,
  designer: () => Caller,
): [endpoint: Endpoint, call: () => Promise<number>][] {
  const { begin, publish, retire } = formEndpoints;
  const { key } = SAMPLE_FORM;
  const publishSample = () => publishForm(world.deps, world.institutionId, SAMPLE_FORM);
  const formKey = randomUUID();
  const retiring = (retired: boolean) => designer().call(retire, { params: { key }, body: { retired } });
  return [
    [
      begin,
      async () => {
        await publishSample();
        return (await designer().call(begin, { body: { from: 'copy', formKey, of: key } })).status;
      },
    ],
    [
      publish,
      async () => {
        const { body } = await designer().call(begin, { body: { from: 'copy', formKey, of: key } });
        return (await designer().call(publish, { params: { id: body.draftId }, body: AS_BEGUN })).status;
      },
    ],
    [
      retire,
      async () => {
        await publishSample();
        const { status } = await retiring(true);
        await retiring(false);
        return status;
      },
    ],
  ];
}

/** Each audited route of the studio, and a call of it that succeeds. */
export function studioCalls(designer: () => Caller): [endpoint: Endpoint, call: () => Promise<number>][] {
  const { begin, publish, discard, offer, retire } = studioEndpoints;
  const { pathwayKey: key } = NEXT_VERSION;
  return [
    [begin, async () => (await designer().call(begin, { body: NEXT_VERSION })).status],
    [
      publish,
      async () => {
        const params = { id: await beginCopy(designer()) };
        return (await designer().call(publish, { params, body: AS_BEGUN })).status;
      },
    ],
    [
      offer,
      async () => {
        const params = { key, n: '1' };
        const held = await designer().call(offer, { params, body: { offered: false } });
        await designer().call(offer, { params, body: { offered: true } });
        return held.status;
      },
    ],
    [
      retire,
      async () => {
        const retired = await designer().call(retire, { params: { key }, body: { retired: true } });
        await designer().call(retire, { params: { key }, body: { retired: false } });
        return retired.status;
      },
    ],
    [
      discard,
      async () => {
        const params = { id: await beginCopy(designer()) };
        return (await designer().call(discard, { params })).status;
      },
    ],
  ];
}
