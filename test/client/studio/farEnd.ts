import { waitFor } from '@testing-library/react';
import { expect } from '@jest/globals';
import type { ContentUpload } from '../../../contract/contentFiles.ts';
import { ContentUploads } from '../../../client/src/uploads/contentUploads.ts';
import type { UploadPurpose } from '../../../client/src/uploads/contentUploads.ts';
import type { TransferEvents } from '../../../client/src/uploads/transfer.ts';

export const PLACE = 'step/1/learn';
export const plan = new File(['# A plan\n'], 'plan.md', { type: 'text/markdown' });

/** As it is once it was checked. */
export const ready: ContentUpload = {
  id: 'u1',
  purpose: 'content',
  name: 'plan.md',
  state: 'ready',
  size: 9,
  uploadedBytes: 9,
  mediaType: 'text/plain',
  sha256: 'a'.repeat(64),
  notes: [],
  refusal: null,
};

/** The far end of uploads: transfers are ended by the test. */
export class FarEnd {
  readonly begun: { clientId: string; filename: string }[] = [];
  readonly transfers: TransferEvents[] = [];
  readonly removed: string[] = [];
  stopped = 0;
  fault: Error | null = null;
  shown: ContentUpload = ready;
  readonly uploads: ContentUploads;

  constructor(purpose: UploadPurpose = { purpose: 'content', draftId: 'd1' }) {
    this.uploads = new ContentUploads({
      purpose,
      begin: (metadata) => {
        this.begun.push(metadata);
        return this.fault ? Promise.reject(this.fault) : Promise.resolve('u1');
      },
      transfer: (_file, _id, events) => {
        this.transfers.push(events);
        return Promise.resolve({
          stop: () => {
            this.stopped += 1;
            return Promise.resolve();
          },
        });
      },
      look: () => Promise.resolve(this.shown),
      remove: (id) => Promise.resolve(this.removed.push(id)),
    });
  }

  get item() {
    return this.uploads.items().find(({ place }) => place === PLACE);
  }

  async start(): Promise<TransferEvents> {
    this.uploads.start(PLACE, plan);
    await waitFor(() => expect(this.transfers).toHaveLength(1));
    return this.transfers[0] as TransferEvents;
  }
}
