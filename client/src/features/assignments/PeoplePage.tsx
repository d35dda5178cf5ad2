import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { assignmentEndpoints } from '../../../../contract/assignments.ts';
import type { Assignment, PersonRow } from '../../../../contract/assignments.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { useLoadPages } from '../../api/pages.ts';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { SearchField } from '../../components/field/SearchField.tsx';
import { useTooLong } from '../../components/field/useTooLong.ts';
import { isDenied, Loaded } from '../../components/states/Loaded.tsx';
import { GiveRoleDialog, TakeRoleDialog } from './RoleDialogs.tsx';
import { PersonItem } from './PersonItem.tsx';
import { RoleChange } from './RoleChange.tsx';
import type { Change } from './RoleChange.tsx';
import '../../components/field/field.css';
import './people.css';

/** The list is requested after this pause in typing. */
const PAUSE_MS = 300;

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

const SEARCH_MAX = 100;

function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation('people');
  const tooLong = useTooLong()(value.trim().length, SEARCH_MAX);
  return (
    <SearchField className="wm-people-search" label={t('search')} value={value} onChange={onChange}>
      {tooLong !== null && <span className="wm-field-problem">{tooLong}</span>}
    </SearchField>
  );
}

/** People of the institution and the roles that only we assign to them. */
export function PeoplePage() {
  const { t } = useTranslation('people');
  const { institution } = useSession();
  const [search, setSearch] = useState('');
  const [giving, setGiving] = useState<PersonRow | null>(null);
  const [taking, setTaking] = useState<Assignment | null>(null);
  const [change, setChange] = useState<Change | null>(null);
  // a text that is too long is reported under the field
  const asked = usePaused(search).trim().slice(0, SEARCH_MAX);
  const list = useLoadPages(assignmentEndpoints.people, { query: { search: asked } });
  return (
    <Page title={t('title')} bar={{ kind: 'top', role: 'admin', tab: 'people' }}>
      <div className="wm-people">
        {!isDenied(list.error) && (
          <>
            <PageTitle>{t('title')}</PageTitle>
            <p className="wm-people-where">{t('where', { institution: institution.name })}</p>
            <Search value={search} onChange={setSearch} />
          </>
        )}
        {change && <RoleChange key={change.assignment.id} change={change} onUndone={() => setChange(null)} />}
        <Loaded query={list} skeleton="rows" forbidden="admins">
          {({ courses }) => (
            <>
              {list.rows.length === 0 ? (
                <Empty>{asked === '' ? t('empty') : t('none', { search: asked })}</Empty>
              ) : (
                <ul className="wm-rows">
                  {list.rows.map((person) => (
                    <PersonItem
                      key={person.id}
                      person={person}
                      onGive={() => setGiving(person)}
                      onTake={setTaking}
                    />
                  ))}
                </ul>
              )}
              {list.hasMore && (
                <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
                  {t('more')}
                </Button>
              )}
              {giving && (
                <GiveRoleDialog
                  person={giving}
                  courses={courses}
                  onGiven={(assignment) => setChange({ kind: 'given', assignment })}
                  onClose={() => setGiving(null)}
                />
              )}
            </>
          )}
        </Loaded>
        {taking && (
          <TakeRoleDialog
            assignment={taking}
            onTaken={() => setChange({ kind: 'taken', assignment: taking })}
            onClose={() => setTaking(null)}
          />
        )}
      </div>
    </Page>
  );
}
