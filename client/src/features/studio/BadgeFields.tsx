import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { keyBeside } from '../../../../contract/keyBeside.ts';
import type { PathwayPart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { Checks, NumberField } from './fields.tsx';
import { FieldPlace } from './FieldPlace.tsx';
import { useStudio } from './studioContext.ts';
import { setPathway } from './studioModel.ts';

/** The badge that the completed pathway earns, if it earns one. */
export function BadgeFields({ pathway }: { pathway: PathwayPart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { badge } = pathway;
  // people may hold the badge already: chosen again, it is the same one
  const before = useRef({ key: keyBeside(pathway.key, 1), achievement: '', level: 1 });
  const choose = (isEarned: boolean) => {
    if (badge) before.current = badge;
    const chosen = isEarned ? before.current : null;
    change((now) => setPathway(now, { badge: chosen }));
  };
  return (
    <section className="wm-studio-rule" aria-label={t('fields.badge')}>
      <FieldPlace at="badge">
        <Checks
          label={t('fields.badge')}
          chosen={badge ? ['earned'] : []}
          choices={[{ value: 'earned', label: t('badge.earned') }]}
          onChange={(chosen) => choose(chosen.length > 0)}
        />
      </FieldPlace>
      {badge && (
        <div className="wm-studio-pair">
          <FieldPlace at="badge/achievement">
            <TextField
              label={t('fields.achievement')}
              description={t('help.achievement')}
              value={badge.achievement}
              most={255}
              dir="auto"
              onChange={(achievement) =>
                change((now) => setPathway(now, { badge: { ...badge, achievement } }), 'pathway/achievement')
              }
            />
          </FieldPlace>
          <FieldPlace at="badge/level">
            <NumberField
              label={t('fields.badgeLevel')}
              value={badge.level}
              least={1}
              most={4}
              onChange={(level) => change((now) => setPathway(now, { badge: { ...badge, level } }))}
            />
          </FieldPlace>
        </div>
      )}
    </section>
  );
}
