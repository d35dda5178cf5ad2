import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { CarriedModule, VersionOffer } from '../../../../contract/versions.ts';
import { StateChip, stateOfAttempt } from '../../components/chip/StateChip.tsx';
import { useCycleWords } from '../../components/steps/steps.ts';

/** Titles of what is not asked any more, below the words for it. */
function Listed({ words, entries }: { words: string; entries: readonly string[] }) {
  const id = useId();
  if (entries.length === 0) return null;
  return (
    <>
      <p id={id} className="wm-small">
        {words}
      </p>
      <ul className="wm-small wm-newer-list" aria-labelledby={id}>
        {entries.map((entry, at) => (
          <li key={at} dir="auto">
            {entry}
          </li>
        ))}
      </ul>
    </>
  );
}

function Carried({ work, from, to }: { work: CarriedModule; from: number; to: number }) {
  const { t } = useTranslation('versions');
  const inCycle = useCycleWords();
  const { title, state, fate, formerTexts, unassigned, reopened } = work;
  return (
    <li>
      <div className="wm-row">
        <h3 className="wm-subheading" dir="auto">
          {title}
        </h3>
        <StateChip state={stateOfAttempt(state)} />
      </div>
      <p className="wm-small">{t(`newer.fate.${fate}`, { from, to })}</p>
      <Listed
        words={t('newer.formerTexts')}
        entries={formerTexts.map(({ question, cycle }) => inCycle(cycle, question))}
      />
      <Listed words={t('newer.unassigned')} entries={unassigned} />
      <Listed words={t('newer.reopened')} entries={reopened} />
    </li>
  );
}

/** What a move would make of the person's own work, module by module. */
export function CarriedWork({ from, offer }: { from: number; offer: VersionOffer }) {
  const { t } = useTranslation('versions');
  const { to, work, share } = offer;
  const percent = { before: share.before / 100, after: share.after / 100 };
  return (
    <section>
      <h2 className="wm-heading">{t('newer.work')}</h2>
      {work.length === 0 ? <p>{t('newer.workNone')}</p> : <p>{t('newer.workText')}</p>}
      {share.before !== share.after && <p>{t('newer.share', percent)}</p>}
      {work.length > 0 && (
        <ul className="wm-rows wm-newer-work">
          {work.map((one) => (
            <Carried key={one.key} work={one} from={from} to={to} />
          ))}
        </ul>
      )}
    </section>
  );
}
