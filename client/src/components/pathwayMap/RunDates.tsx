import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/FormatProvider.tsx';

interface RunDatesProps {
  run: { submitBy: string | null; reviewBy: string | null };
}

/** Until when a run accepts submissions and reviews; nothing if it has no dates. */
export function RunDates({ run }: RunDatesProps) {
  const { t } = useTranslation('map');
  const format = useFormat();
  const dates = [
    { word: 'submit', at: run.submitBy },
    { word: 'review', at: run.reviewBy },
  ] as const;
  if (dates.every(({ at }) => at === null)) return null;
  return (
    <section>
      <h2 className="wm-label">{t('dates.title')}</h2>
      <dl className="wm-dates">
        {dates.map(({ word, at }) =>
          at === null ? null : (
            <div key={word}>
              <dt>{format.shortDay(at)}</dt>
              <dd>{t(`dates.${word}`)}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}
