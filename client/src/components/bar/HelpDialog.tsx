import { useTranslation } from 'react-i18next';
import { Dialog } from '../dialog/Dialog.tsx';

const TOPICS = ['saving', 'rubric', 'back', 'course'] as const;

/** Answers to the four most common questions. */
export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('help.title')}>
      <div className="wm-stack">
        {TOPICS.map((topic) => (
          <p key={topic}>{t(`help.${topic}`)}</p>
        ))}
      </div>
    </Dialog>
  );
}
