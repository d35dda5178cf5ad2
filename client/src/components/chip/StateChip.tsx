import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttemptState } from '../../../../contract/states.ts';
import type { StateName } from '../../theme/tokens.ts';
import { StateIcon } from '../icon/StateIcon.tsx';
import './chip.css';

const OF_ATTEMPT: Readonly<Record<AttemptState, StateName>> = {
  not_started: 'notStarted',
  in_progress: 'draft',
  submitted: 'submitted',
  in_review: 'inReview',
  returned: 'returned',
  approved: 'approved',
};

/** The state as which an attempt is shown. */
export function stateOfAttempt(state: AttemptState): StateName {
  return OF_ATTEMPT[state];
}

export interface StateChipProps {
  /** Icon and colour; its label too, unless `children` are more specific ("Opens after 4"). */
  state: StateName;
  children?: ReactNode;
  /** An icon more specific than the state's own, 15 px. */
  icon?: ReactNode;
}

/** State = icon + word + colour, in this order of reliability. */
export function StateChip({ state, children, icon }: StateChipProps) {
  const { t } = useTranslation();
  return (
    <span className="wm-chip" data-state={state}>
      {icon ?? <StateIcon state={state} size={15} />}
      <span>{children ?? t(`states.${state}`)}</span>
    </span>
  );
}
