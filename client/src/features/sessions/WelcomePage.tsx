import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { IconDatabase, IconEye, IconHandStop } from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import {
  NOTICE,
  sessionEndpoints,
  WEEKLY_MINUTES,
  WEEKLY_MINUTES_SUGGESTED,
} from '../../../../contract/sessions.ts';
import type { SessionInfo } from '../../../../contract/sessions.ts';
import { usePaths, useSession } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Logo } from '../../components/logo/Logo.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { FullNotice } from './FullNotice.tsx';
import './welcome.css';

type Person = SessionInfo['person'];

/** Which sentence is true about the name and the email address that the launch contained. */
function nameSentence({ hasName, hasEmail }: Pick<Person, 'hasName' | 'hasEmail'>) {
  if (hasName && hasEmail) return 'both';
  if (hasName) return 'name';
  return hasEmail ? 'email' : 'none';
}

function Thing({ icon: Shape, title, text }: { icon: Icon; title: string; text: string }) {
  return (
    <li className="wm-thing">
      <Shape size={22} stroke={ICON_STROKE} aria-hidden="true" />
      <div>
        <h2 className="wm-label">{title}</h2>
        <p className="wm-thing-text">{text}</p>
      </div>
    </li>
  );
}

/** The first launch: what is stored, who sees it, what one can do; the weekly minutes; then the start. */
export function WelcomePage() {
  const { t } = useTranslation('welcome');
  const { person, institution, takesPart } = useSession();
  const { to } = usePaths();
  const [minutes, setMinutes] = useState<number>(WEEKLY_MINUTES_SUGGESTED);
  const [reading, setReading] = useState(false);
  const id = useId();
  const agree = useSend(sessionEndpoints.agree, { refreshes: [sessionEndpoints.get] });
  // only once the session knows, since the landing would lead back to here; nothing is stored about people who only look
  if (person.agreed || !takesPart) return <Navigate replace to={to('')} />;
  return (
    <Page title={t('page')} bar={{ kind: 'plain' }} width="column">
      <p className="wm-welcome-name">
        <Logo height={28} />
        {t('app.name', { ns: 'common' })}
      </p>
      <PageTitle>{t('title')}</PageTitle>
      <ul className="wm-things wm-plain-list">
        <Thing
          icon={IconDatabase}
          title={t('kept')}
          text={`${t('keptText')} ${t(`name.${nameSentence(person)}`)}`}
        />
        <Thing icon={IconEye} title={t('sees')} text={t('seesText')} />
        <Thing icon={IconHandStop} title={t('can')} text={t('canText')} />
      </ul>
      <h2 id={id} className="wm-label">
        {t('minutes')}
      </h2>
      <p className="wm-small wm-welcome-help">{t('minutesHelp')}</p>
      <Choices<number>
        labelledBy={id}
        value={minutes}
        onChange={setMinutes}
        choices={WEEKLY_MINUTES.map((value) => ({ value, label: String(value) }))}
      />
      <div className="wm-welcome-actions">
        <Button
          className="wm-main-action"
          loading={agree.isPending}
          onClick={() => agree.send({ body: { weeklyMinutes: minutes, notice: NOTICE } })}
        >
          {t('agree')}
        </Button>
        <Button variant="subtle" onClick={() => setReading(true)}>
          {t('notice')}
        </Button>
      </div>
      {agree.error && <Failed error={agree.error} title={t('failed')} />}
      <FullNotice institution={institution.name} opened={reading} onClose={() => setReading(false)} />
    </Page>
  );
}
