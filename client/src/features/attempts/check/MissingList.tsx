import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Missing, Workspace } from '../../../../../contract/attempts.ts';
import { usePaths } from '../../../api/ApiProvider.tsx';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { useCycleWords } from '../../../components/steps/steps.ts';
import { anchorOf } from '../stepsModel.ts';

interface MissingListProps {
  workspace: Workspace;
  missing: readonly Missing[];
}

/** What is missing, each with a link to its place. */
export function MissingList({ workspace, missing }: MissingListProps) {
  const { t } = useTranslation('check');
  const { to } = usePaths();
  const inCycle = useCycleWords();
  return (
    <section>
      <h2>{t('missing.title')}</h2>
      {missing.length === 0 ? (
        <p className="wm-check-fine">
          <IconCheck size={18} stroke={ICON_STROKE} aria-hidden="true" />
          {t('missing.nothing')}
        </p>
      ) : (
        <ul className="wm-rows">
          {missing.map((one) => (
            <li key={`${one.what} ${one.key}`} className="wm-check-missing">
              <span dir="auto">{t(`missing.${one.what}`, { title: inCycle(one.cycle, one.title) })}</span>
              <Button
                component={Link}
                size="sm"
                variant="default"
                to={to(`modules/${workspace.attemptId}#${anchorOf(workspace.module, one)}`)}
              >
                {t('missing.go')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
