import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Exemplar, ModuleContent } from '../../../../contract/content.ts';
import { LevelOf } from '../cairn/Cairn.tsx';
import { StateChip } from '../chip/StateChip.tsx';
import { Dialog } from '../dialog/Dialog.tsx';
import { CriterionCode } from '../rubric/CriterionCode.tsx';
import { PlainWords, Words } from '../words/Words.tsx';

type Judged = Pick<ModuleContent, 'criteria' | 'scale'>;

/** That it is an example, and what its outcome would be. */
function Outcome({ outcome }: Pick<Exemplar, 'outcome'>) {
  const { t } = useTranslation('module');
  return (
    <StateChip state={outcome === 'approved' ? 'approved' : 'draft'}>{t(`examples.${outcome}`)}</StateChip>
  );
}

function Judgements({ example, module }: { example: Exemplar; module: Judged }) {
  const { t } = useTranslation('module');
  const judged = module.criteria.flatMap((criterion) => {
    const judgement = example.criteria.find((one) => one.criterion === criterion.key);
    return judgement ? [{ ...criterion, ...judgement }] : [];
  });
  return (
    <section>
      <h3>{t('examples.criteria')}</h3>
      <ul className="wm-rows wm-seen">
        {judged.map(({ key, code, title, level, comment }) => (
          <li key={key}>
            <div className="wm-seen-head">
              <CriterionCode code={code} />
              <h4 className="wm-label" dir="auto">
                {title}
              </h4>
              <LevelOf scale={module.scale} level={level} />
            </div>
            {comment && <PlainWords size="small">{comment}</PlainWords>}
          </li>
        ))}
      </ul>
      {example.comment && (
        <>
          <h4 className="wm-label">{t('examples.comment')}</h4>
          <PlainWords size="small">{example.comment}</PlainWords>
        </>
      )}
    </section>
  );
}

/** Work that somebody could have handed in, with its judgement: what the levels of the rubric mean. */
export function Examples({ module }: { module: Judged & Pick<ModuleContent, 'exemplars'> }) {
  const { t } = useTranslation('module');
  const [shown, setShown] = useState<Exemplar | null>(null);
  if (module.exemplars.length === 0) return null;
  return (
    <section className="wm-examples wm-no-print">
      <h2 className="wm-subheading">{t('examples.title')}</h2>
      <p className="wm-small">{t('examples.help')}</p>
      <ul className="wm-rows">
        {module.exemplars.map((example) => (
          <li key={example.key}>
            <button type="button" aria-haspopup="dialog" onClick={() => setShown(example)}>
              <span className="wm-link" dir="auto">
                {example.title}
              </span>
              <Outcome outcome={example.outcome} />
            </button>
          </li>
        ))}
      </ul>
      <Dialog opened={shown !== null} onClose={() => setShown(null)} title={shown?.title ?? ''}>
        {shown && (
          <div className="wm-example">
            <div>
              <Outcome outcome={shown.outcome} />
              <p className="wm-small">{t('examples.help')}</p>
            </div>
            <Words document={shown.content} size="small" />
            <Judgements example={shown} module={module} />
          </div>
        )}
      </Dialog>
    </section>
  );
}
