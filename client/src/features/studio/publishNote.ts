import { useCallback, useEffect, useMemo, useState } from 'react';
import { z } from 'zod';
import type { StudioPathway } from '../../../../contract/studio.ts';
import type { ChangelogEntry } from '../../../../contract/versions.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { DeviceWriter } from '../../autosave/deviceWriter.ts';
import { openStore } from '../../autosave/texts/attemptTexts.ts';

const KIND = 'publish-note';

/** What somebody writes for a version before it is published. */
const PublishNote = z.object({
  changelog: z.array(z.object({ said: z.string(), changed: z.string() })),
  /** Why a warning is accepted, by `findingId`. */
  reasons: z.record(z.string(), z.string()),
  offered: z.boolean(),
});
export type PublishNote = z.infer<typeof PublishNote>;

export const NO_CHANGE: ChangelogEntry = { said: '', changed: '' };
const BLANK: PublishNote = { changelog: [NO_CHANGE], reasons: {}, offered: true };

const idOf = (draftId: string): string => `${KIND}:${draftId}`;

function useDevice(): DeviceWriter {
  const { institution, person } = useSession();
  return useMemo(
    () =>
      new DeviceWriter(
        () => openStore({ institution, person }),
        () => undefined,
      ),
    [institution, person],
  );
}

const isBlank = ({ changelog, reasons, offered }: PublishNote): boolean =>
  offered &&
  changelog.every(({ said, changed }) => said === '' && changed === '') &&
  Object.values(reasons).every((reason) => reason === '');

/** The note for a draft. The device keeps it while it is written, so that closing the dialog or a reload loses none of it. */
export function usePublishNote(draftId: string) {
  const device = useDevice();
  const [note, setNote] = useState<PublishNote | null>(null);
  const id = idOf(draftId);
  useEffect(() => {
    let isShown = true;
    void device.list(KIND).then((entries) => {
      const kept = PublishNote.safeParse(entries.find((entry) => entry.id === id)?.value).data;
      // what was typed while the device was being read is newer
      if (isShown && kept) setNote((typed) => typed ?? kept);
    });
    return () => {
      isShown = false;
    };
  }, [device, id]);
  const forget = useCallback(() => device.remove(id, () => true), [device, id]);
  const change = (next: PublishNote): void => {
    setNote(next);
    if (isBlank(next)) forget();
    else device.put({ id, kind: KIND, value: next, at: new Date().toISOString() });
  };
  return { note: note ?? BLANK, change, forget };
}

/**
 * Forgets the notes of drafts that are no longer open: somebody published or discarded them.
 *
 * @param rows  the pathways of the institution; null while they are not known
 * @param readAt  when they were read, in milliseconds since 1970: a draft that was begun later is not among them
 */
export function useForgetNotes(rows: readonly StudioPathway[] | null, readAt: number): void {
  const device = useDevice();
  useEffect(() => {
    if (rows === null) return;
    const open = new Set(rows.flatMap(({ draft }) => (draft ? [idOf(draft.id)] : [])));
    void device.list(KIND).then((entries) => {
      for (const { id, at } of entries) {
        if (!open.has(id) && Date.parse(at) < readAt) device.remove(id, (entry) => entry.at === at);
      }
    });
  }, [device, rows, readAt]);
}
