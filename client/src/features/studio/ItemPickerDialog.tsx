import { useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Criterion } from '../../../../contract/content.ts';
import type { FrameworkContent } from '../../../../contract/frameworks.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { ItemChoice } from '../../components/frameworks/ItemChoice.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { ALIGNMENTS_MAX, setAligned } from './alignmentModel.ts';
import { useStudio } from './studioContext.ts';

interface ItemPickerDialogProps {
  criterion: Criterion;
  framework: FrameworkContent;
  onClose: () => void;
}

/** Chooses the items of a framework that a criterion is about. Nothing changes before it is confirmed. */
export function ItemPickerDialog({ criterion, framework, onClose }: ItemPickerDialogProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const before = useMemo(
    () => new Set(criterion.alignments.flatMap((one) => (one.framework === framework.key ? [one.item] : []))),
    [criterion, framework],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(before);
  const others = criterion.alignments.length - before.size;
  const tooMany = chosen.size + others > ALIGNMENTS_MAX ? t('align.tooMany', { most: ALIGNMENTS_MAX }) : null;
  useAnnouncement(tooMany);
  const confirm = () => {
    if (tooMany !== null) return;
    const add = framework.items.filter(({ key }) => chosen.has(key) && !before.has(key));
    const remove = new Set([...before].filter((key) => !chosen.has(key)));
    if (add.length + remove.size > 0)
      change((now) => setAligned(now, criterion.key, { framework: framework.key, add, remove }));
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('align.title', { framework: framework.title })}
      initialFocus="first"
    >
      <div className="wm-stack">
        <ItemChoice
          framework={framework}
          chosen={chosen}
          onToggle={(key, on) =>
            setChosen((now) => new Set(on ? [...now, key] : [...now].filter((one) => one !== key)))
          }
        />
        {tooMany && <p className="wm-field-problem">{tooMany}</p>}
        <div className="wm-dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t('align.cancel')}
          </Button>
          <Button aria-disabled={tooMany !== null} onClick={confirm}>
            {t('align.use', { count: chosen.size })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
