import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { deepLinkingEndpoints } from '../../../../contract/deepLinking.ts';
import type { CataloguePathway, Picker } from '../../../../contract/deepLinking.ts';
import { hasCode } from '../../api/errors.ts';
import { useLoad } from '../../api/queries.ts';
import { SearchField } from '../../components/field/SearchField.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { Logo, TrailDrawing } from '../../components/logo/Logo.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { CourseButton } from '../../components/page/SessionOverNotice.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Catalogue } from './Catalogue.tsx';
import { ChosenLinks } from './ChosenLinks.tsx';
import { isSame, LINKS_MAX, nameOf, newPick, togglePick, wrongPoints } from './pickModel.ts';
import type { Pick } from './pickModel.ts';
import { useDeepLinkingReply } from './useDeepLinkingReply.ts';
import '../../components/field/field.css';
import './pick.css';

function NotAccepted() {
  const { t } = useTranslation('pick');
  const leave = useDeepLinkingReply();
  return (
    <div className="wm-pick-notice">
      <TrailDrawing />
      <PageTitle>{t('notAccepted.title')}</PageTitle>
      <p>{t('notAccepted.text')}</p>
      <p>{t('notAccepted.todo')}</p>
      <Button loading={leave.busy} onClick={() => leave.send([])}>
        {t('notAccepted.back')}
      </Button>
      {leave.failure && <p className="wm-field-problem">{leave.failure}</p>}
    </div>
  );
}

function NotAsked() {
  const { t } = useTranslation('pick');
  return (
    <div className="wm-pick-notice">
      <TrailDrawing />
      <PageTitle>{t('notAsked.title')}</PageTitle>
      <p>{t('notAsked.text')}</p>
      <CourseButton />
    </div>
  );
}

function Head(props: { course: string; search: string; onSearch: (search: string) => void }) {
  const { course, search, onSearch } = props;
  const { t } = useTranslation('pick');
  return (
    <div className="wm-pick-top">
      <Logo height={27} />
      <div className="wm-pick-place">
        <PageTitle className="wm-heading">{t('title')}</PageTitle>
        <p className="wm-small" dir="auto">
          {course}
        </p>
      </div>
      <SearchField label={t('search')} value={search} onChange={onSearch} />
    </div>
  );
}

/** The links to add, and what prevents sending them. */
function usePicks(picker: Picker) {
  const { t } = useTranslation('pick');
  const [picks, setPicks] = useState<readonly Pick[]>([]);
  const [hint, setHint] = useState<string | null>(null);
  const over = useDeepLinkingReply();
  const change = (next: readonly Pick[]) => {
    setHint(null);
    over.reset();
    setPicks(next);
  };
  const add = () => {
    const wrong = wrongPoints(picks);
    if (picks.length === 0) setHint(t('chooseFirst'));
    else if (picks.length > LINKS_MAX) setHint(t('tooMany', { max: LINKS_MAX }));
    else if (wrong) document.getElementById(`points-${nameOf(wrong)}`)?.focus();
    else over.send(picks);
  };
  return {
    picks,
    over,
    add,
    hint: hint ?? over.failure,
    toggle: (pathway: CataloguePathway, moduleKey: string | null) =>
      change(togglePick(picks, newPick(pathway, moduleKey, picker.columns), picker)),
    replace: (pick: Pick) => change(picks.map((one) => (isSame(one, pick) ? pick : one))),
    remove: (pick: Pick) => {
      change(picks.filter((one) => !isSame(one, pick)));
      document.getElementById('chosen')?.focus();
    },
  };
}

function Picking({ picker }: { picker: Picker }) {
  const { t } = useTranslation('pick');
  const [search, setSearch] = useState('');
  const { picks, over, add, hint, toggle, replace, remove } = usePicks(picker);
  useAnnouncement(over.busy ? t('handing') : hint);
  return (
    <div className="wm-pick">
      <Head course={picker.course} search={search} onSearch={setSearch} />
      <section className="wm-pick-catalogue" aria-label={t('choose')}>
        <Catalogue picker={picker} picks={picks} search={search} onToggle={toggle} />
      </section>
      <section className="wm-pick-chosen" aria-labelledby="chosen">
        <ChosenLinks
          picker={picker}
          picks={picks}
          problem={over.problemOf(picks)}
          onChange={replace}
          onRemove={remove}
        />
      </section>
      <div className="wm-pick-bar wm-gives-way">
        <Button variant="subtle" disabled={over.busy} onClick={() => over.send([])}>
          {t('cancel')}
        </Button>
        {hint && <p className="wm-field-problem">{hint}</p>}
        <Button className="wm-pick-add" loading={over.busy} onClick={add}>
          {t('add', { count: picks.length })}
        </Button>
      </div>
    </div>
  );
}

/** The designer's picker: what to embed, with points and rule, returned to the LMS. */
export function PickPage() {
  const { t } = useTranslation('pick');
  const query = useLoad(deepLinkingEndpoints.picker, {}, { staleTime: Infinity });
  const notAsked = hasCode(query.error, 'NOT_DEEP_LINKING');
  return (
    <Page
      title={t('title')}
      bar={{ kind: 'plain' }}
      forRole="designer"
      kind={query.data?.accepts ? 'workspace' : 'reading'}
    >
      {notAsked ? (
        <NotAsked />
      ) : (
        <Loaded query={query} skeleton="rows" forbidden="designers">
          {(picker) => (picker.accepts ? <Picking picker={picker} /> : <NotAccepted />)}
        </Loaded>
      )}
    </Page>
  );
}
