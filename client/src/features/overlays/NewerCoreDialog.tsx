import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkContent } from '../../../../contract/frameworks.ts';
import { toCrosswalk } from '../../../../contract/overlayCrosswalk.ts';
import type { CrosswalkRow } from '../../../../contract/overlayCrosswalk.ts';
import { useLoad } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { takeOver } from './overlayModel.ts';
import { useOverlay } from './overlayContext.ts';
import { MarkWords } from './OverlayItems.tsx';

/** As many are listed at once. */
const SHOWN = 200;

function Row({ row: { before, after, edit, own, marks } }: { row: CrosswalkRow }) {
  const { t } = useTranslation('overlays');
  const item = after ?? before ?? own;
  if (!item) return null;
  const ours = edit?.title ?? null;
  return (
    <li>
      <p dir="auto">
        {item.code && <bdi className="wm-mono">{item.code}</bdi>} {item.title}
      </p>
      {before && after && before.title !== after.title && (
        <p className="wm-small" dir="auto">
          {t('newer.before', { text: before.title })}
        </p>
      )}
      {ours !== null && (
        <p className="wm-small" dir="auto">
          {t('newer.ours', { text: ours })}
        </p>
      )}
      <MarkWords marks={marks} />
    </li>
  );
}

function Crosswalk({ newer }: { newer: FrameworkContent }) {
  const { t } = useTranslation('overlays');
  const { edits, core } = useOverlay();
  const rows = toCrosswalk(edits, core, newer);
  const marked = rows.filter(({ marks }) => marks.length > 0);
  const same = rows.length - marked.length;
  return (
    <>
      <ul className="wm-plain-list wm-adapted-crosswalk">
        {marked.slice(0, SHOWN).map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </ul>
      {marked.length === 0 && <p>{t('newer.none')}</p>}
      {marked.length > 0 && same > 0 && <p className="wm-small">{t('newer.same', { count: same })}</p>}
    </>
  );
}

/** Every item of the overlay, of its core and of a newer version of that; and the move to it. */
export function NewerCoreDialog({ to, onClose }: { to: number; onClose: () => void }) {
  const { t } = useTranslation('overlays');
  const { edits, change } = useOverlay();
  const { key, title, version } = edits.core;
  const newer = useLoad(frameworkEndpoints.read, { params: { key, n: to } }, { staleTime: Infinity });
  return (
    <Dialog opened onClose={onClose} title={t('newer.title', { core: title, from: version, to })}>
      <div className="wm-stack">
        <p>{t('newer.intro')}</p>
        <Loaded query={newer} skeleton="rows">
          {({ content }) => <Crosswalk newer={content} />}
        </Loaded>
        <div className="wm-dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t('newer.stay', { n: version })}
          </Button>
          {newer.data && (
            <Button
              onClick={() => {
                change(takeOver(to), t('newer.done', { n: to }));
                onClose();
              }}
            >
              {t('newer.takeOver', { n: to })}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
