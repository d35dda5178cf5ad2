import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { GradeCard } from '../grade/GradeCard.tsx';
import { OutsideCourse } from '../grade/OutsideCourse.tsx';
import { gradeWord } from '../grade/gradeWords.ts';
import { Meter } from '../meter/Meter.tsx';
import { EarnedBadges } from './EarnedBadges.tsx';
import { RunDates } from './RunDates.tsx';
import { Marked } from '../words/Marked.tsx';

function Week({ week }: { week: PathwayMap['week'] }) {
  const { t } = useTranslation('map');
  const { to } = usePaths();
  const { usedMinutes: used, limitMinutes: limit } = week;
  return (
    <section>
      <h2 className="wm-label">{t('week.title')}</h2>
      <Meter role="meter" value={limit > 0 ? used / limit : 1} label={t('week.meter')} />
      <p className="wm-small">
        <Marked text={t('week.used', { used, limit })} />
      </p>
      <Link className="wm-link wm-small" to={to('me')}>
        {t('week.change')}
      </Link>
    </section>
  );
}

/** Where a newer version is offered: which one is worked on, and the way to what the newer one changes. */
function Version({ map: { enrolmentId, pathway, newerVersion: newer } }: { map: PathwayMap }) {
  const { t } = useTranslation('map');
  const { to } = usePaths();
  if (newer === null) return null;
  return (
    <section>
      <h2 className="wm-label">{t('version.title')}</h2>
      <p className="wm-small">{t('version.yours', { n: pathway.version })}</p>
      <Link className="wm-link wm-small" to={to(`pathways/${enrolmentId}/newer`)}>
        {t('version.newer', { to: newer })}
      </Link>
    </section>
  );
}

/** Beside the trail: badges earned, the week, the dates, the version. */
export function MapAside({ map, children }: { map: PathwayMap; children?: ReactNode }) {
  const { t } = useTranslation('map');
  const grades = map.grades.filter((line) => gradeWord(line) !== null);
  return (
    <aside className="wm-map-aside">
      <EarnedBadges modules={map.modules} awards={map.awards} />
      {children}
      <Week week={map.week} />
      <RunDates run={map.run} />
      <Version map={map} />
      <OutsideCourse grades={map.grades} />
      {grades.length > 0 && (
        <section>
          <h2 className="wm-label">{t('grade')}</h2>
          {grades.map((line, index) => (
            <GradeCard key={line.deliveryId ?? index} line={line} named={grades.length > 1} />
          ))}
        </section>
      )}
    </aside>
  );
}
