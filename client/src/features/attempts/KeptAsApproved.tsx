import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import { promptsOf } from '../../../../contract/cycles.ts';
import { LevelOf } from '../../components/cairn/Cairn.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useCycleWords } from '../../components/steps/steps.ts';
import { Words } from '../../components/words/Words.tsx';
import { openCriteria } from './moduleModel.ts';

/** After a return: criteria that stay as they are, with their level, and the texts that belong to them. */
export function KeptAsApproved({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const inCycle = useCycleWords();
  const { module, feedback, drafts, lockedPieces } = workspace;
  const open = openCriteria(workspace);
  const kept = module.criteria.filter(({ key }) => !open.includes(key));
  const texts = promptsOf(module).filter(({ key }) => lockedPieces.includes(key));
  if (kept.length === 0) return null;
  return (
    <section className={texts.length === 0 ? 'wm-section wm-no-print' : 'wm-section'}>
      <h2 className="wm-subheading">{t('returned.keptTitle')}</h2>
      {/* on paper the rubric says it */}
      <ul className="wm-rows wm-no-print">
        {kept.map(({ key, code, title }) => {
          const level = feedback?.criteria.find(({ criterionKey }) => criterionKey === key)?.level;
          return (
            <li key={key} className="wm-kept">
              <IconLock size={18} stroke={ICON_STROKE} aria-hidden="true" />
              <span>
                <strong>{code}</strong> <bdi>{title}</bdi>
              </span>
              {level && <LevelOf scale={module.scale} level={level} />}
            </li>
          );
        })}
      </ul>
      {texts.length > 0 && (
        <details className="wm-details">
          <summary>{t('returned.keptText')}</summary>
          {texts.map(({ key, question, cycle }) => {
            const draft = drafts.find(({ pieceKey }) => pieceKey === key);
            return (
              <div key={key} className="wm-prompt">
                <p className="wm-question">
                  <strong dir="auto">{inCycle(cycle, question)}</strong>
                </p>
                {draft && <Words document={draft.document} size="small" />}
              </div>
            );
          })}
        </details>
      )}
    </section>
  );
}
