import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useApi, useSession } from '../../api/ApiProvider.tsx';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { useAutosaves } from '../../autosave/registry.ts';
import { countUnsafe } from '../../autosave/textState.ts';
import { MessageChoices } from './MessageChoices.tsx';
import { WeeklyLimit } from './WeeklyLimit.tsx';
import './me.css';

function StoredData() {
  const { t } = useTranslation('me');
  const { person, institution } = useSession();
  const items = [
    'work',
    'submitted',
    'scores',
    person.hasName ? 'name' : 'noName',
    person.hasEmail ? 'email' : 'noEmail',
  ] as const;
  return (
    <section>
      <h2>{t('kept.title')}</h2>
      <ul className="wm-me-list">
        {items.map((item) => (
          <li key={item}>{t(`kept.items.${item}`)}</li>
        ))}
      </ul>
      <p>{t('kept.sees')}</p>
      <p>{t('kept.ask', { institution: institution.name })}</p>
    </section>
  );
}

/** How many texts and choices signing off would lose; counted again as they are saved. */
function useWaiting(): number {
  const { autosaves, texts } = useAutosaves();
  const { institution, person } = useSession();
  const [waiting, setWaiting] = useState(0);
  useEffect(() => void autosaves.flush(), [autosaves]);
  useEffect(() => {
    let over = false;
    const count = async () => {
      const all = await autosaves.everything({ institutionId: institution.id, personId: person.id });
      if (!over) setWaiting(countUnsafe(all, 'device'));
    };
    void count();
    return () => {
      over = true;
    };
  }, [autosaves, texts, institution.id, person.id]);
  return waiting;
}

function Device() {
  const { t } = useTranslation('me');
  const { signOff } = useApi();
  const waiting = useWaiting();
  const [asking, setAsking] = useState(false);
  return (
    <section>
      <h2>{t('device.title')}</h2>
      <p>{t('device.text')}</p>
      {waiting > 0 && <p>{t('device.unsent', { count: waiting })}</p>}
      <div>
        <Button variant="default" onClick={() => (waiting > 0 ? setAsking(true) : void signOff())}>
          {t('device.signOff')}
        </Button>
      </div>
      <ConfirmDialog
        opened={asking}
        title={t('device.sure')}
        confirm={t('device.signOff')}
        cancel={t('device.stay')}
        onConfirm={() => void signOff()}
        onClose={() => setAsking(false)}
      >
        <p>{t('device.unsent', { count: waiting })}</p>
      </ConfirmDialog>
    </section>
  );
}

/** `/me`: the weekly limit, what is stored, this device. */
export function MePage() {
  const { t } = useTranslation('me');
  const { person, institution } = useSession();
  return (
    <Page
      title={t('title')}
      width="column"
      bar={{ kind: 'inner', back: '?to=map', parent: t('pathway'), title: t('title') }}
    >
      <div className="wm-me">
        <header>
          <PageTitle>{t('title')}</PageTitle>
          <p dir="auto">{t('who', { name: person.displayName, institution: institution.name })}</p>
        </header>
        <WeeklyLimit />
        <MessageChoices />
        <StoredData />
        <Device />
      </div>
    </Page>
  );
}
