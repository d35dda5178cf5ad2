import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Assignment, PersonRow } from '../../../../contract/assignments.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { Names } from '../../components/words/Names.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { useRoleText } from './useRoleText.ts';

interface PersonItemProps {
  person: PersonRow;
  onGive: () => void;
  onTake: (assignment: Assignment) => void;
}

function Role({ assignment, onTake }: { assignment: Assignment; onTake: () => void }) {
  const { t } = useTranslation('people');
  const format = useFormat();
  const text = useRoleText(assignment);
  const day = format.day(assignment.since);
  return (
    <li className="wm-people-role">
      <div>
        <span className="wm-label" dir="auto">
          {t('roleIn', text)}
        </span>
        <span className="wm-small">
          {assignment.by ? t('since', { day, by: assignment.by }) : t('sinceLine', { day })}
        </span>
      </div>
      <button type="button" className="wm-link wm-small" aria-label={t('takeFrom', text)} onClick={onTake}>
        {t('take')}
      </button>
    </li>
  );
}

/** One person with the roles that we assigned. */
export function PersonItem({ person, onGive, onTake }: PersonItemProps) {
  const { t } = useTranslation('people');
  const format = useFormat();
  const { person: self } = useSession();
  const { id, displayName, platform, lastSeenAt, assignments, more } = person;
  const seen = lastSeenAt === null ? '' : t('seen', { day: format.day(lastSeenAt) });
  return (
    <li className="wm-people-row">
      <div className="wm-people-who">
        <h2 dir="auto">{displayName}</h2>
        <Names className="wm-small">{[platform, seen]}</Names>
      </div>
      {assignments.length === 0 ? (
        <p className="wm-small wm-people-roles">{t('noRole')}</p>
      ) : (
        <ul className="wm-plain-list wm-people-roles">
          {assignments.map((assignment) => (
            <Role key={assignment.id} assignment={assignment} onTake={() => onTake(assignment)} />
          ))}
          {more > 0 && <li className="wm-small">{t('moreRoles', { count: more })}</li>}
        </ul>
      )}
      {id === self.id ? (
        <p className="wm-small">{t('own')}</p>
      ) : (
        <Button
          variant="default"
          size="sm"
          aria-label={t('giveTo', { person: displayName })}
          onClick={onGive}
        >
          {t('give')}
        </Button>
      )}
    </li>
  );
}
