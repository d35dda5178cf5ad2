import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { sessionEndpoints, WEEKLY_MINUTES } from '../../../../contract/sessions.ts';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { Failed } from '../../components/states/Failed.tsx';

/** The number that was typed, if the API accepts it. */
export function minutesOf(typed: string): number | null {
  const minutes = Number(typed.trim());
  return Number.isInteger(minutes) && minutes >= 10 && minutes <= 2400 ? minutes : null;
}

/** The weekly minutes: one of four, or any other number. */
export function WeeklyLimit() {
  const { t } = useTranslation('me');
  const { person } = useSession();
  const [typed, setTyped] = useState(String(person.weeklyMinutes));
  const [checked, setChecked] = useState(false);
  const id = useId();
  const change = useSend(sessionEndpoints.changeLimit, {
    refreshes: [sessionEndpoints.get, pathwayEndpoints.map],
  });
  const minutes = minutesOf(typed);
  const keep = (value: number | null) => {
    setChecked(true);
    if (value !== null) change.send({ body: { weeklyMinutes: value } });
  };
  return (
    <section>
      <h2 id={id}>{t('limit.title')}</h2>
      <p className="wm-small">{t('limit.help')}</p>
      <Choices<number>
        labelledBy={id}
        value={minutes}
        onChange={(value) => {
          setTyped(String(value));
          keep(value);
        }}
        choices={WEEKLY_MINUTES.map((value) => ({ value, label: String(value) }))}
      />
      <form
        className="wm-me-limit"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          keep(minutes);
        }}
      >
        <TextField
          label={t('limit.minutes')}
          inputMode="numeric"
          value={typed}
          onChange={setTyped}
          error={checked && minutes === null ? t('limit.faulty') : null}
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          {t('limit.save')}
        </Button>
      </form>
      <p className="wm-small" role="status">
        {change.isSuccess && t('limit.saved', { minutes: person.weeklyMinutes })}
      </p>
      {change.error && <Failed error={change.error} title={t('limit.failed')} />}
    </section>
  );
}
