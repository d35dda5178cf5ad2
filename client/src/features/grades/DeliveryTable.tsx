import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { IconArrowsLeftRight, IconChevronDown, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isOwnNote } from '../../../../contract/grades.ts';
import type { DeliveryAction, DeliveryRow } from '../../../../contract/grades.ts';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { Names } from '../../components/words/Names.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { DeliveryHistory } from './DeliveryHistory.tsx';
import { chipOf, isChoice } from './deliveryWords.ts';
import { useDeliveryText } from './useDeliveryText.ts';

export interface DeliveryTableProps {
  rows: readonly DeliveryRow[];
  label: string;
  /** `choose`: both grades of a drift, side by side. */
  onAct: (row: DeliveryRow, action: DeliveryAction | 'choose') => void;
  /** The row whose action is in progress. */
  busy: string | null;
}

function Chip({ row }: { row: DeliveryRow }) {
  const { t } = useTranslation('deliveries');
  const { state, word } = chipOf(row);
  const icons = {
    trying: <IconClock size={15} stroke={ICON_STROKE} aria-hidden="true" />,
    choice: <IconArrowsLeftRight size={15} stroke={ICON_STROKE} aria-hidden="true" />,
  };
  const icon = word === 'trying' || word === 'choice' ? { icon: icons[word] } : {};
  return (
    <StateChip state={state} {...icon}>
      {t(`chip.${word}`)}
    </StateChip>
  );
}

type RowProps = Pick<DeliveryTableProps, 'onAct' | 'busy'> & { row: DeliveryRow };

function MainAction({ row, onAct, busy }: RowProps) {
  const { t } = useTranslation('deliveries');
  const { action } = useDeliveryText();
  const first = isChoice(row) ? 'choose' : row.actions[0];
  if (first === undefined) return null;
  return (
    <Button variant="default" size="sm" loading={busy === row.id} onClick={() => onAct(row, first)}>
      {first === 'choose' ? t('action.choose') : action(first, row)}
    </Button>
  );
}

/** One score: who, what, what happened, one action; its history opens below. */
function Row(props: RowProps) {
  const { row, onAct } = props;
  const { t } = useTranslation('deliveries');
  const text = useDeliveryText();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <tr className="wm-delivery" data-open={open} data-row={row.id}>
        <th scope="row" className="wm-delivery-person">
          <span dir="auto">{row.person}</span>
          <Names className="wm-small">{[row.platform, row.course]}</Names>
        </th>
        <td className="wm-delivery-what">
          <span dir="auto">{row.what}</span>
          <span className="wm-small">{text.score(row.scoreGiven, row.scoreMaximum)}</span>
        </td>
        <td className="wm-delivery-happened">
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            title={t('history.open')}
            onClick={() => setOpen((shown) => !shown)}
          >
            {text.happened(row)}
            <IconChevronDown size={16} stroke={ICON_STROKE} aria-hidden="true" />
          </button>
          <span className="wm-small">{text.why(row)}</span>
          {row.lmsMessage && (
            <span className="wm-small wm-delivery-quote" dir="auto">
              {isOwnNote(row.lmsMessage) ? row.lmsMessage : t('said', { message: row.lmsMessage })}
            </span>
          )}
        </td>
        <td className="wm-delivery-state">
          <Chip row={row} />
        </td>
        <td className="wm-delivery-action">
          <MainAction {...props} />
        </td>
      </tr>
      <tr className="wm-delivery-more" hidden={!open} id={id} data-row={row.id}>
        <td colSpan={5}>
          {open && (
            <DeliveryHistory
              row={row}
              others={isChoice(row) ? row.actions.filter((one) => one === 'compare') : row.actions.slice(1)}
              onAct={(action) => onAct(row, action)}
            />
          )}
        </td>
      </tr>
    </>
  );
}

/** Scores as a table; below 900 px each row is a block. */
export function DeliveryTable({ rows, label, ...shared }: DeliveryTableProps) {
  const { t } = useTranslation('deliveries');
  const columns = ['person', 'what', 'happened', 'state', 'action'] as const;
  return (
    <table className="wm-deliveries" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column === 'action' ? (
                <span className="wm-deliveries-hidden">{t('columns.action')}</span>
              ) : (
                t(`columns.${column}`)
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} {...shared} />
        ))}
      </tbody>
    </table>
  );
}
