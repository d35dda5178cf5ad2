import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { DraftVersion, PieceKey } from '../../../../../contract/attempts.ts';
import { useLoad } from '../../../api/queries.ts';
import { WordDiff } from '../../../components/diff/WordDiff.tsx';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';

interface HistoryDialogProps {
  attemptId: string;
  pieceKey: PieceKey;
  /** The text as it is now. */
  now: string;
  /** Left out where the text only reads. */
  onRestore?: ((version: DraftVersion) => void) | undefined;
  onClose: () => void;
}

function Versions(props: HistoryDialogProps & { versions: readonly DraftVersion[] }) {
  const { versions, now, onRestore } = props;
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

/** Earlier texts of a piece by time, each with what is different now. */
export function HistoryDialog(props: HistoryDialogProps) {
  const { attemptId, pieceKey, onClose } = props;
  const { t } = useTranslation('module');
  const versions = useLoad(
    attemptEndpoints.draftVersions,
    { params: { id: attemptId, pieceKey } },
    { staleTime: 0 },
  );
  return (
    <Dialog opened onClose={onClose} title={t('history.title')}>
      <Loaded query={versions} skeleton="text">
        {(data) => <Versions {...props} versions={data.versions} />}
      </Loaded>
    </Dialog>
  );
}
