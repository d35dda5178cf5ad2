import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { DraftVersion, PieceKey } from '../../../../../contract/attempts.ts';
import { useLoadPages } from '../../../api/pages.ts';
import { WordDiff } from '../../../components/diff/WordDiff.tsx';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { Failed } from '../../../components/states/Failed.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';

interface HistoryDialogProps {
  attemptId: string;
  pieceKey: PieceKey;
  /** The text as it is now. */
  now: string;
  /** Omitted if the text is read-only. */
  onRestore?: ((version: DraftVersion) => void) | undefined;
  onClose: () => void;
}

interface VersionsProps extends HistoryDialogProps {
  versions: readonly DraftVersion[];
  /** Under the list: the control that loads older ones. */
  older: ReactNode;
}

function Versions(props: VersionsProps) {
  const { versions, older, now, onRestore } = props;
  const { t } = useTranslation('module');
  const format = useFormat();
  const [chosenId, setChosen] = useState(versions[0]?.id);
  const chosen = versions.find(({ id }) => id === chosenId);
  if (!chosen) return <p>{t('history.none')}</p>;
  return (
    <div className="wm-history">
      <fieldset className="wm-history-list">
        <legend className="wm-label">{t('history.list')}</legend>
        {versions.map((version) => (
          <label key={version.id} className="wm-history-item" data-checked={version.id === chosenId}>
            <input
              type="radio"
              name="version"
              checked={version.id === chosenId}
              onChange={() => setChosen(version.id)}
            />
            {t('history.version', {
              when: format.moment(version.savedAt),
              words: version.words,
              why: t(`history.why.${version.why}`),
            })}
          </label>
        ))}
        {older}
      </fieldset>
      <section>
        <h3 className="wm-label">{t('history.diff')}</h3>
        <WordDiff before={chosen.text} after={now} />
      </section>
      {onRestore && (
        <div className="wm-dialog-actions">
          <Button onClick={() => onRestore(chosen)}>{t('history.restore')}</Button>
        </div>
      )}
    </div>
  );
}

/** Earlier versions of a piece by time, each with how it differs from the current text. */
export function HistoryDialog(props: HistoryDialogProps) {
  const { attemptId, pieceKey, onClose } = props;
  const { t } = useTranslation('module');
  const list = useLoadPages(
    attemptEndpoints.draftVersions,
    { params: { id: attemptId, pieceKey }, query: {} },
    { staleTime: 0 },
  );
  const older = list.hasMore && (
    <Button variant="default" size="sm" loading={list.isLoadingMore} onClick={list.loadMore}>
      {t('history.older')}
    </Button>
  );
  return (
    <Dialog opened onClose={onClose} title={t('history.title')}>
      <Loaded query={list} skeleton="text">
        {() => <Versions {...props} versions={list.rows} older={older} />}
      </Loaded>
      {list.data && list.error && <Failed error={list.error} title={t('history.olderFailed')} />}
    </Dialog>
  );
}
