import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Present } from '../../../../contract/studio.ts';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { PresentList } from '../../components/present/PresentList.tsx';
import { findModule } from './changes.ts';
import type { Parts } from './changes.ts';
import { RemovedByOthers, ReorderedByBoth } from './OthersChanges.tsx';
import { useStudio } from './studioContext.ts';
import { findModuleOf } from './studioModel.ts';
import { Unlisted } from './Unlisted.tsx';

/** Why nothing is saved any more, by what the server said. */
function reasonOf(code: ErrorCode): 'role' | 'gone' | 'tooLarge' | 'invalid' {
  if (code === 'FORBIDDEN') return 'role';
  if (code === 'NOT_FOUND') return 'gone';
  return code === 'DRAFT_TOO_LARGE' ? 'tooLarge' : 'invalid';
}

/** What the server refused or will refuse, and what to do about it. */
function Refused() {
  const { t } = useTranslation('studio');
  const { refused, ended } = useStudio();
  const code = [...refused.values()][0] ?? ended;
  const words = code === null ? null : t(`refused.${reasonOf(code)}`);
  useAnnouncement(words);
  if (words === null) return null;
  return <p className="wm-notice-line">{words}</p>;
}

function useWhere(parts: Parts): (part: PartKey) => string | null {
  const { t } = useTranslation('studio');
  return (part) => {
    if (part === PATHWAY_PART) return t('others.pathway');
    const module = findModule(parts, findModuleOf(parts, part) ?? '');
    return module ? module.title || t('untitled') : null;
  };
}

/** Who else has the draft open, and where. */
function Others() {
  const { t } = useTranslation('studio');
  const { parts, others } = useStudio();
  const whereOf = useWhere(parts);
  const sentence = ({ name, isCaller, part }: Present): string => {
    if (isCaller) return t('others.self');
    const who = name || t('others.unnamed');
    const place = part === null ? null : whereOf(part);
    return place === null ? t('others.here', { name: who }) : t('others.at', { name: who, place });
  };
  return (
    <PresentList others={others.map((other) => ({ windowId: other.windowId, words: sentence(other) }))} />
  );
}

/** Conflicts in parts that are not on the page now. */
function Elsewhere({ at, onGo }: { at: PartKey; onGo: (part: PartKey) => void }) {
  const { t } = useTranslation('studio');
  const { parts, conflicts } = useStudio();
  const homeOf = (key: PartKey): PartKey | null =>
    key === PATHWAY_PART ? PATHWAY_PART : findModuleOf(parts, key);
  // what is on no page is offered by itself
  const elsewhere = [...conflicts.keys()].filter((key) => homeOf(key) !== null && homeOf(key) !== at);
  const [first] = elsewhere.flatMap((key) => homeOf(key) ?? []);
  if (elsewhere.length === 0) return null;
  return (
    <p className="wm-notice-line">
      <span>{t('conflict.elsewhere', { count: elsewhere.length })}</span>
      {first !== undefined && (
        <Button size="sm" variant="default" onClick={() => onGo(first)}>
          {t('conflict.go')}
        </Button>
      )}
    </p>
  );
}

/** What people have to know before they go on writing. */
export function StudioNotices({ at, onGo }: { at: PartKey; onGo: (part: PartKey) => void }) {
  return (
    <div className="wm-studio-notices">
      <Refused />
      <Unlisted at={at} />
      <RemovedByOthers />
      <ReorderedByBoth />
      <Elsewhere at={at} onGo={onGo} />
      <Others />
    </div>
  );
}
