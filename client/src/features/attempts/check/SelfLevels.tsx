import { useTranslation } from 'react-i18next';
import { LevelsRow } from '../../../components/levels/LevelsRow.tsx';
import { CriterionCode } from '../../../components/rubric/CriterionCode.tsx';
import type { AttemptChoices } from '../../../autosave/choices/useAttemptChoices.ts';

/** One's own levels once more, criterion by criterion: those that this round asks for. */
export function SelfLevels({ choices }: { choices: AttemptChoices }) {
  const { t } = useTranslation('check');
  const { module, feedback, selfLevels } = choices.workspace;
  const reopened = feedback?.criteria.filter((one) => one.reopened).map((one) => one.criterionKey);
  const asked = module.criteria.filter(({ key }) => reopened?.includes(key) ?? true);
  return (
    <section>
      <h2>{t('self.title')}</h2>
      <p className="wm-small">{t('self.help')}</p>
      {asked.map((criterion) => (
        <div key={criterion.key} className="wm-check-level">
          <h3 className="wm-label">
            <CriterionCode code={criterion.code} /> <bdi>{criterion.title}</bdi>
          </h3>
          <LevelsRow
            scale={module.scale}
            criterion={criterion}
            value={selfLevels.find(({ criterionKey }) => criterionKey === criterion.key)?.level ?? null}
            onChange={(level) => choices.chooseLevel(criterion.key, level)}
          />
        </div>
      ))}
      {choices.refused && (
        <p className="wm-check-trouble" role="alert">
          {t('self.failed')}
        </p>
      )}
    </section>
  );
}
