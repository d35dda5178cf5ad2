import { useTranslation } from 'react-i18next';
import type { EarnedAward, MapModule } from '../../../../contract/pathways.ts';
import { Badge } from '../badge/Badge.tsx';
import { askedOf, findHere } from './mapModel.ts';

export type ShownBadge = Omit<EarnedAward, 'awardedAt'>;

interface EarnedBadgesProps {
  modules: readonly MapModule[];
  awards: readonly ShownBadge[];
}

/** The badges of a pathway that somebody holds, or which would be the first. */
export function EarnedBadges({ modules, awards }: EarnedBadgesProps) {
  const { t } = useTranslation('map');
  const nearest = findHere(modules) ?? askedOf(modules).find((module) => module.state !== 'approved');
  return (
    <section>
      <h2 className="wm-label">{t('earned.title')}</h2>
      {awards.length === 0 ? (
        <p className="wm-small">
          {nearest ? t('earned.none', { title: nearest.title }) : t('earned.noneAtAll')}
        </p>
      ) : (
        <ul className="wm-earned wm-plain-list">
          {awards.map((award) => (
            <li key={award.id}>
              <Badge
                strand={award.strand}
                level={award.badgeLevel}
                kind={award.moduleKey === null ? 'pathway' : 'module'}
                achievementId={award.achievementKey}
                name={award.achievement}
                size={72}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
