import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import './welcome.css';

const KEPT = [
  'texts',
  'files',
  'self',
  'submissions',
  'decisions',
  'scores',
  'identity',
  'messages',
  'log',
] as const;
const SEES = ['you', 'reviewers', 'gradebook', 'admins'] as const;

interface FullNoticeProps {
  institution: string;
  opened: boolean;
  onClose: () => void;
}

/** What is stored about a person, who sees it and for how long, in full. Says only what is true today. */
export function FullNotice({ institution, opened, onClose }: FullNoticeProps) {
  const { t } = useTranslation('welcome');
  return (
    <Dialog opened={opened} onClose={onClose} title={t('full.title')}>
      <div className="wm-notice">
        <h3>{t('full.who')}</h3>
        <p>{t('full.whoText', { institution })}</p>
        <h3>{t('full.what')}</h3>
        <ul>
          {KEPT.map((item) => (
            <li key={item}>{t(`full.whatItems.${item}`)}</li>
          ))}
        </ul>
        <h3>{t('full.sees')}</h3>
        <ul>
          {SEES.map((item) => (
            <li key={item}>{t(`full.seesItems.${item}`, { institution })}</li>
          ))}
        </ul>
        <h3>{t('full.long')}</h3>
        <p>{t('full.longText', { institution })}</p>
        <h3>{t('full.rights')}</h3>
        <p>{t('full.rightsText', { institution })}</p>
        <h3>{t('full.device')}</h3>
        <p>{t('full.deviceText')}</p>
      </div>
    </Dialog>
  );
}
