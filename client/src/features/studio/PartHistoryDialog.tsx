import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { diffPart } from '../../../../contract/partDiff.ts';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { PartVersion } from '../../../../contract/studio.ts';
import { isSame } from '../../../../contract/studioMerge.ts';
import { keyOfPart } from '../../../../contract/studioParts.ts';
import type { Part } from '../../../../contract/studioParts.ts';
import { useLoadPages } from '../../api/pages.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { ChangedParts } from '../../components/versions/ContentDiffView.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { putBack } from './putBack.ts';
import { useStudio } from './studioContext.ts';

interface PartHistoryDialogProps {
  /** As it is now. */
  part: Part;
  name: string;
  onClose: () => void;
}

/** When an earlier state was replaced or refused, and by whom. */
function useStateWords(): (version: PartVersion) => string {
  const { t } = useTranslation('studio');
  const format = useFormat();
  return ({ savedAt, savedBy: name, why }) => {
    const when = format.moment(savedAt);
    if (name === '') return t(`history.${why}Unnamed`, { when });
    return t(`history.${why}`, { when, name });
  };
}

/** What changed between an earlier state of a part and now. */
function Since({ before, now }: { before: Part | null; now: Part }) {
  const { t } = useTranslation('studio');
  if (before === null) return <p>{t('history.absent')}</p>;
  if (isSame(before, now)) return <p>{t('history.same')}</p>;
  const changes = diffPart(before, now);
  return changes.length === 0 ? <p>{t('history.order')}</p> : <ChangedParts changes={changes} />;
}

interface StatesProps extends PartHistoryDialogProps {
  versions: readonly PartVersion[];
  /** Under the list: the control that loads older ones. */
  older: ReactNode;
}

function States({ part, name, onClose, versions, older }: StatesProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { polite } = useAnnounce();
  const stateWords = useStateWords();
  const [chosenId, setChosen] = useState(versions[0]?.id);
  const chosen = versions.find(({ id }) => id === chosenId);
  if (!chosen) return <p>{t('history.none')}</p>;
  const { value } = chosen;
  return (
    <div className="wm-stack">
      <fieldset className="wm-studio-states">
        <legend className="wm-label">{t('history.list')}</legend>
        {versions.map((version) => (
          <label key={version.id} className="wm-check">
            <input
              type="radio"
              name="state"
              checked={version.id === chosenId}
              onChange={() => setChosen(version.id)}
            />
            <span>{stateWords(version)}</span>
          </label>
        ))}
        {older}
      </fieldset>
      <section className="wm-stack">
        <h3 className="wm-label">{t('history.since')}</h3>
        <Since before={value} now={part} />
      </section>
      {value !== null && !isSame(value, part) && (
        <div className="wm-dialog-actions">
          <Button
            onClick={() => {
              change((now) => putBack(now, value));
              polite(t('history.done', { name }));
              onClose();
            }}
          >
            {t('history.putBack')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Earlier states of a part of the draft, each with what changed since; one can be put back. */
export function PartHistoryDialog(props: PartHistoryDialogProps) {
  const { part, name, onClose } = props;
  const { t } = useTranslation('studio');
  const { draftId } = useStudio();
  const list = useLoadPages(
    studioEndpoints.history,
    { params: { id: draftId, partKey: keyOfPart(part) }, query: {} },
    { staleTime: 0 },
  );
  const older = list.hasMore && (
    <Button variant="default" size="sm" loading={list.isLoadingMore} onClick={list.loadMore}>
      {t('history.older')}
    </Button>
  );
  return (
    <Dialog opened onClose={onClose} title={t('history.title', { name })}>
      <Loaded query={list} skeleton="text">
        {() => <States {...props} versions={list.rows} older={older} />}
      </Loaded>
      {list.data && list.error && <Failed error={list.error} title={t('history.olderFailed')} />}
    </Dialog>
  );
}
