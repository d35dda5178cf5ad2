import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { LevelName } from '../../../../contract/pathways.ts';
import { useSend } from '../../api/queries.ts';
import { LevelsRow } from '../../components/levels/LevelsRow.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';

/** Own levels once more, criterion by criterion: those that this round asks for. */
export function SelfLevels({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('check');
  const { attemptId, module, feedback, selfLevels } = workspace;
  const [chosen, setChosen] = useState<Readonly<Record<string, LevelName>>>(() =>
    Object.fromEntries(selfLevels.map(({ criterionKey, level }) => [criterionKey, level])),
  );
  const send = useSend(attemptEndpoints.setSelfLevel, { refreshes: [attemptEndpoints.workspace] });
  const reopened = feedback?.criteria.filter((one) => one.reopened).map((one) => one.criterionKey);
  const asked = module.criteria.filter(({ key }) => reopened?.includes(key) ?? true);

  const choose = (criterionKey: string, level: LevelName) => {
    setChosen((before) => ({ ...before, [criterionKey]: level }));
    send.send({ params: { id: attemptId, criterionKey }, body: { level } });
  };
  return (
    <section>
      <h2>{t('self.title')}</h2>
      <p className="wm-small">{t('self.help')}</p>
      {asked.map((criterion) => (
        <div key={criterion.key} className="wm-check-level">
          <h3 className="wm-label">
            <CriterionCode code={criterion.code} /> {criterion.title}
          </h3>
          <LevelsRow
            criterion={criterion}
            value={chosen[criterion.key] ?? null}
            onChange={(level) => choose(criterion.key, level)}
          />
        </div>
      ))}
      {send.error && <p className="wm-check-trouble">{t('self.failed')}</p>}
    </section>
  );
}
