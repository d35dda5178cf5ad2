import { bundleEndpoints } from '../../contract/bundles.ts';
import { contentFileEndpoints } from '../../contract/contentFiles.ts';
import { embedEndpoints } from '../../contract/embeds.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import type { AppDeps } from '../../server/wire.ts';
import type { Caller, District } from './app.ts';
import { SAMPLE } from './build.ts';
import { listed, PLAN } from './bundles/sampleBundle.ts';
import { asVersion, uploadBundle } from './contentUploads.ts';
import { beginCopy } from './studio.ts';

const designer = (district: District): Promise<Caller> => district.launch('designer', district.links.pathway);

/** A request of a POST, with what it needs already there. */
type Make = (
  deps: AppDeps,
  district: District,
) => Promise<{ caller: Caller; params?: Record<string, string>; body: unknown }>;

/** The POSTs of bundles, content files and embeds. */
export const CONTENT_POSTS: readonly [endpoint: Endpoint, make: Make][] = [
  [
    bundleEndpoints.check,
    async (_deps, district) => {
      const caller = await designer(district);
      return { caller, body: { uploadId: await uploadBundle(caller) } };
    },
  ],
  [
    bundleEndpoints.import,
    async (_deps, district) => {
      const caller = await designer(district);
      return { caller, body: await asVersion(caller) };
    },
  ],
  [
    bundleEndpoints.exportVersion,
    async (_deps, district) => ({
      caller: await designer(district),
      params: { key: SAMPLE.key, n: '1' },
      body: {},
    }),
  ],
  [
    bundleEndpoints.exportDraft,
    async (_deps, district) => {
      const caller = await designer(district);
      return { caller, params: { id: await beginCopy(caller) }, body: {} };
    },
  ],
  [
    embedEndpoints.frame,
    async (_deps, district) => ({
      caller: await district.launch('teacher-1', district.links.module),
      body: { url: 'https://player.vimeo.com/video/1' },
    }),
  ],
  [
    contentFileEndpoints.link,
    async (_deps, district) => {
      const caller = await designer(district);
      await caller.call(bundleEndpoints.import, { body: await asVersion(caller) });
      return { caller, params: { sha256: listed('', PLAN).sha256 }, body: { name: 'plan.md' } };
    },
  ],
];
