import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AssignedRole, assignmentEndpoints } from '../../../../contract/assignments.ts';
import type { Assignment, PersonRow } from '../../../../contract/assignments.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { toRole } from './toRole.ts';
import { useRoleText } from './useRoleText.ts';

interface GiveProps {
  person: PersonRow;
  courses: readonly { readonly id: string; readonly title: string }[];
  onGiven: (assignment: Assignment) => void;
  onClose: () => void;
}

/** Empty: the whole institution. */
const EVERYWHERE = '';

function Where(props: { courses: GiveProps['courses']; value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation('people');
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="wm-label">
        {t('dialog.where')}
      </label>
      <span className="wm-select">
        <select
          id={id}
          className="wm-input"
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        >
          <option value={EVERYWHERE}>{t('everywhere')}</option>
          {props.courses.map((course) => (
            <option key={course.id} value={course.id}>
              {course.title}
            </option>
          ))}
        </select>
        <IconChevronDown size={16} stroke={ICON_STROKE} aria-hidden="true" />
      </span>
    </div>
  );
}

/** Gives a person a role, in one course or everywhere; admins are for the whole institution. */
export function GiveRoleDialog({ person, courses, onGiven, onClose }: GiveProps) {
  const { t } = useTranslation('people');
  const id = useId();
  const [role, setRole] = useState<AssignedRole>('reviewer');
  const [courseId, setCourseId] = useState(EVERYWHERE);
  const give = useSend(assignmentEndpoints.assign, {
    refreshes: [assignmentEndpoints.people],
    onSuccess: (assignment) => {
      onGiven(assignment);
      onClose();
    },
  });
  const body = toRole(person.id, role, courseId === EVERYWHERE ? null : courseId);
  return (
    <Dialog opened onClose={onClose} title={t('dialog.title', { person: person.displayName })}>
      <div className="wm-stack">
        <div>
          <h3 id={id} className="wm-label">
            {t('dialog.role')}
          </h3>
          <Choices<AssignedRole>
            labelledBy={id}
            value={role}
            onChange={setRole}
            choices={AssignedRole.options.map((value) => ({ value, label: t(`roles.${value}`) }))}
          />
          <p className="wm-small">{t(`dialog.roleHelp.${role}`)}</p>
        </div>
        {role === 'reviewer' && <Where courses={courses} value={courseId} onChange={setCourseId} />}
        {give.error && <Failed error={give.error} title={t('dialog.failed')} />}
        <div className="wm-dialog-actions">
          <Button loading={give.isPending} onClick={() => give.send({ body })}>
            {t('dialog.confirm')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

interface TakeProps {
  assignment: Assignment;
  onTaken: () => void;
  onClose: () => void;
}

/** Revokes a role, after asking: it takes effect at once. */
export function TakeRoleDialog({ assignment, onTaken, onClose }: TakeProps) {
  const { t } = useTranslation('people');
  const { person } = useSession();
  const text = useRoleText(assignment);
  const take = useSend(assignmentEndpoints.remove, {
    refreshes: [assignmentEndpoints.people],
    onSuccess: () => {
      onTaken();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened
      title={t('remove.title')}
      confirm={t('remove.confirm')}
      pending={take.isPending}
      onConfirm={() => take.send({ params: { id: assignment.id } })}
      onClose={onClose}
    >
      <div className="wm-stack">
        <p>{t('remove.text', text)}</p>
        {assignment.personId === person.id && assignment.role === 'admin' && <p>{t('remove.self')}</p>}
        {take.error && <Failed error={take.error} title={t('remove.failed')} />}
      </div>
    </ConfirmDialog>
  );
}
