import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { StudioAchievement } from '../../../../contract/studio.ts';
import { useLoad } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';

/** So many are listed: whoever has more searches. */
const SHOWN = 30;

interface BadgeDialogProps {
  /** The pathway that is written: its own achievements are no prior evidence. */
  pathwayKey: string;
  onChoose: (achievement: StudioAchievement) => void;
  onClose: () => void;
}

function Results({
  rows,
  onChoose,
}: { rows: readonly StudioAchievement[] } & Pick<BadgeDialogProps, 'onChoose'>) {
  const { t } = useTranslation('studio');
  const [words, setWords] = useState('');
  const wanted = words.trim().toLocaleLowerCase();
  const found = rows.filter(({ title, pathway }) =>
    `${title} ${pathway}`.toLocaleLowerCase().includes(wanted),
  );
  return (
    <div className="wm-stack">
      <TextField type="search" label={t('badges.search')} value={words} onChange={setWords} />
      <p className="wm-small" role="status">
        {t('badges.found', { count: found.length })}
      </p>
      <ul className="wm-plain-list">
        {found.slice(0, SHOWN).map((row) => (
          <li key={row.key}>
            <button type="button" className="wm-studio-item" onClick={() => onChoose(row)}>
              <span>
                <strong dir="auto">{row.title}</strong>
                <span className="wm-small" dir="auto">
                  {row.pathway}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Finds a badge among those of the institution's published pathways. */
export function BadgeDialog({ pathwayKey, onChoose, onClose }: BadgeDialogProps) {
  const { t } = useTranslation('studio');
  const achievements = useLoad(studioEndpoints.achievements, {});
  return (
    <Dialog opened onClose={onClose} title={t('badges.title')} initialFocus="first">
      <Loaded query={achievements} skeleton="rows">
        {({ rows }) => (
          <Results rows={rows.filter((row) => row.pathwayKey !== pathwayKey)} onChoose={onChoose} />
        )}
      </Loaded>
    </Dialog>
  );
}
