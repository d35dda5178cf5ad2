import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { deliveryEndpoints } from '../../../../contract/grades.ts';
import type { DeliveryAction, DeliveryRow } from '../../../../contract/grades.ts';
import { useLoad } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useDeliveryText } from './useDeliveryText.ts';

export interface ActionDialogProps {
  row: DeliveryRow;
  pending: boolean;
  error: unknown;
  onAct: (action: DeliveryAction, lineItemUrl?: string) => void;
  onClose: () => void;
}

const ASKED = ['make_column', 'no_grade', 'close', 'send_without_attempt'] as const;
type Asked = (typeof ASKED)[number];

/** Actions that need confirmation: they affect others, or end something. */
export function needsConfirmation(action: DeliveryAction): action is Asked {
  return (ASKED as readonly string[]).includes(action);
}

function Trouble({ error }: { error: unknown }) {
  const { t } = useTranslation('deliveries');
  return error ? <Failed error={error} title={t('confirm.failed')} /> : null;
}

/** Asks before creating a column, ending, or writing into an existing attempt. */
export function ConfirmActionDialog(props: ActionDialogProps & { action: Asked }) {
  const { row, action, pending, error, onAct, onClose } = props;
  const { t } = useTranslation('deliveries');
  const text = useDeliveryText();
  const { person, course, what, scoreMaximum: maximum } = row;
  return (
    <ConfirmDialog
      opened
      title={t(`confirm.${action}.title`)}
      confirm={text.action(action, row)}
      cancel={t('confirm.leave')}
      pending={pending}
      onConfirm={() => onAct(action)}
      onClose={onClose}
    >
      <div className="wm-stack">
        <p>{t(`confirm.${action}.text`, { person, course, what, maximum })}</p>
        <Trouble error={error} />
      </div>
    </ConfirmDialog>
  );
}

/** Ours or theirs, side by side; the choice is recorded with a name. */
export function ChoiceDialog({ row, pending, error, onAct, onClose }: ActionDialogProps) {
  const { t } = useTranslation('deliveries');
  const text = useDeliveryText();
  const theirs = row.actions.find((action) => action === 'keep_theirs' || action === 'leave_empty');
  const { person, what, lmsValue, lmsMaximum, scoreGiven, scoreMaximum } = row;
  const shown = lmsValue === null ? t('choice.empty') : text.score(lmsValue, lmsMaximum ?? scoreMaximum);
  return (
    <Dialog opened onClose={onClose} title={t('choice.title')}>
      <div className="wm-stack">
        <p>{t('choice.text', { person, what })}</p>
        <div className="wm-delivery-sides">
          {theirs && (
            <section>
              <p className="wm-heading">{shown}</p>
              <p className="wm-small">{t('choice.theirs')}</p>
              <Button variant="default" loading={pending} onClick={() => onAct(theirs)}>
                {text.action(theirs, row)}
              </Button>
            </section>
          )}
          <section>
            <p className="wm-heading">{text.score(scoreGiven, scoreMaximum)}</p>
            <p className="wm-small">{t('choice.ours')}</p>
            <Button variant="default" loading={pending} onClick={() => onAct('send_ours')}>
              {text.action('send_ours', row)}
            </Button>
          </section>
        </div>
        <Trouble error={error} />
      </div>
    </Dialog>
  );
}

/** Columns of the course, as the LMS currently lists them. */
export function LinkDialog({ row, pending, error, onAct, onClose }: ActionDialogProps) {
  const { t } = useTranslation('deliveries');
  const [url, setUrl] = useState<string | null>(null);
  const [hint, setHint] = useState(false);
  const query = useLoad(deliveryEndpoints.columns, { params: { id: row.id } }, { staleTime: 0 });
  return (
    <Dialog opened onClose={onClose} title={t('link.title')}>
      <div className="wm-stack">
        <p>{t('link.text', { course: row.course })}</p>
        {query.isPending && <p className="wm-small">{t('link.loading')}</p>}
        <Loaded query={query} skeleton="text">
          {({ columns, more }) =>
            columns.length === 0 ? (
              <p>{t('link.none')}</p>
            ) : (
              <fieldset className="wm-delivery-columns">
                <legend className="wm-deliveries-hidden">{t('link.title')}</legend>
                {columns.map((column) => (
                  <label key={column.url} className="wm-check">
                    <input
                      type="radio"
                      name="column"
                      checked={url === column.url}
                      onChange={() => setUrl(column.url)}
                    />
                    <span dir="auto">{column.label}</span>
                    <span className="wm-small">{t('link.points', { points: column.scoreMaximum })}</span>
                  </label>
                ))}
                {more > 0 && <p className="wm-small">{t('link.more', { count: more })}</p>}
              </fieldset>
            )
          }
        </Loaded>
        {hint && url === null && <p className="wm-field-problem">{t('link.choose')}</p>}
        <Trouble error={error} />
        <div className="wm-dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t('confirm.leave')}
          </Button>
          <Button
            loading={pending}
            onClick={() => (url === null ? setHint(true) : onAct('link_column', url))}
          >
            {t('link.use')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
