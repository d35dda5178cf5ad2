import { useTranslation } from 'react-i18next';
import { assignmentEndpoints } from '../../../../contract/assignments.ts';
import type { Assignment } from '../../../../contract/assignments.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { toRole } from './toRole.ts';
import { useRoleText } from './useRoleText.ts';

/** A role that was just given or revoked. */
export interface Change {
  readonly kind: 'given' | 'taken';
  readonly assignment: Assignment;
}

/** Says what was changed, with a way to undo it. */
export function RoleChange({ change, onUndone }: { change: Change; onUndone: () => void }) {
  const { t } = useTranslation('people');
  const { person } = useSession();
  const { kind, assignment } = change;
  const said = t(kind, useRoleText(assignment));
  const options = { refreshes: [assignmentEndpoints.people], onSuccess: onUndone };
  const take = useSend(assignmentEndpoints.remove, options);
  const give = useSend(assignmentEndpoints.assign, options);
  const failed = take.error ?? give.error;
  useAnnouncement(failed ? t('undoFailed') : said);
  const undo = () => {
    const { id, personId, role, course } = assignment;
    if (kind === 'given') take.send({ params: { id } });
    else give.send({ body: toRole(personId, role, course?.id ?? null) });
  };
  // whoever gave up a role of their own has to ask another admin for it
  const isFinal = kind === 'taken' && assignment.personId === person.id;
  return (
    <div className="wm-people-change">
      <p>{said}</p>
      {!isFinal && (
        <button type="button" className="wm-link" disabled={take.isPending || give.isPending} onClick={undo}>
          {t('undo')}
        </button>
      )}
      {failed && <p className="wm-field-problem">{t('undoFailed')}</p>}
    </div>
  );
}
