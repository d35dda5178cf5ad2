import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { nameOfItem } from '../../../../contract/frameworkRules.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';
import { overlayEndpoints } from '../../../../contract/overlays.ts';
import type { OverlayDraft } from '../../../../contract/overlays.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { compareFrameworks } from '../../components/frameworks/frameworkDiff.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { toShown } from './overlayModel.ts';
import { useOverlay } from './overlayContext.ts';

/** As many are listed at once. */
const SHOWN = 50;

function Items({ title, items }: { title: string; items: readonly FrameworkItem[] }) {
  if (items.length === 0) return null;
  return (
    <section>
      <h3 className="wm-label">{title}</h3>
      <ul>
        {items.slice(0, SHOWN).map((item) => (
          <li key={item.key} dir="auto">
            {nameOfItem(item)}
            {item.code && ` ${item.title}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the next version has otherwise than the one before, or, for the first, than the core. */
function Diff({ before, since }: { before: FrameworkContent; since: number | null }) {
  const { t } = useTranslation('overlays');
  const { edits, core } = useOverlay();
  const { added, changed, removed } = compareFrameworks(before, toShown(edits, core));
  return (
    <>
      <p>{since === null ? t('publish.sinceCore') : t('publish.since', { n: since })}</p>
      <p>
        {t('publish.counts', {
          added: added.length,
          changed: changed.length,
          removed: removed.length,
        })}
      </p>
      <Items title={t('publish.added')} items={added} />
      <Items title={t('publish.changed')} items={changed.map(({ now }) => now)} />
      <Items title={t('publish.removed')} items={removed} />
    </>
  );
}

interface PublishOverlayDialogProps {
  draft: OverlayDraft;
  /** Of what is shown. */
  revision: number;
  onClose: () => void;
}

/** Shows what the next version changes, and publishes it. */
export function PublishOverlayDialog({ draft, revision, onClose }: PublishOverlayDialogProps) {
  const { t } = useTranslation('overlays');
  const { core, edits } = useOverlay();
  const navigate = useNavigate();
  const { to } = usePaths();
  const { polite } = useAnnounce();
  const { id, key, newest } = draft;
  const before = useLoad(
    frameworkEndpoints.read,
    { params: { key, n: newest ?? 1 } },
    { enabled: newest !== null, staleTime: Infinity },
  );
  const publish = useSend(overlayEndpoints.publish, {
    refreshes: [frameworkEndpoints.list, overlayEndpoints.list],
    onSuccess: ({ n }) => {
      polite(t('publish.done', { title: edits.title, n }));
      void navigate(to(`frameworks/${key}`), { replace: true });
    },
  });
  const n = (newest ?? 0) + 1;
  return (
    <ConfirmDialog
      opened
      title={t('publish.title', { n })}
      confirm={t('publish.confirm', { n })}
      pending={publish.isPending}
      onConfirm={() => publish.send({ params: { id }, body: { revision, newest } })}
      onClose={onClose}
    >
      <div className="wm-stack">
        {newest === null ? (
          <Diff before={core} since={null} />
        ) : (
          <Loaded query={before} skeleton="text">
            {({ content, applied }) => <Diff before={applied ?? content} since={newest} />}
          </Loaded>
        )}
        <p className="wm-small">{t('publish.note')}</p>
        {publish.error && <Failed error={publish.error} title={t('publish.failed')} />}
      </div>
    </ConfirmDialog>
  );
}
