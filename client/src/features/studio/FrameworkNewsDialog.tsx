import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FrameworkRef } from '../../../../contract/content.ts';
import { nameOfItem } from '../../../../contract/frameworkRules.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkContent } from '../../../../contract/frameworks.ts';
import { useLoad } from '../../api/queries.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { compareFrameworks } from '../../components/frameworks/frameworkDiff.ts';
import { Loaded } from '../../components/states/Loaded.tsx';
import { criteriaWithOldWords, findOldWords, moveToVersion } from './alignmentModel.ts';
import { useFrameworksHere } from './draftFrameworks.ts';
import { useStudio } from './studioContext.ts';
import type { Parts } from './changes.ts';

interface NewsProps {
  before: FrameworkContent | null;
  now: FrameworkContent;
}

/** Items that criteria of the draft are aligned to and that this version has not. */
function findGone(parts: Parts, { key: framework, items }: FrameworkContent): string[] {
  const known = new Set(items.map(({ key }) => key));
  const gone = [...parts.values()].flatMap((part) =>
    part.type === 'criterion'
      ? part.criterion.alignments.filter((one) => one.framework === framework && !known.has(one.item))
      : [],
  );
  return [...new Map(gone.map((one) => [one.item, nameOfItem(one)])).values()];
}

/** What the draft's own alignments would say. */
function Own({ now }: Pick<NewsProps, 'now'>) {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const old = criteriaWithOldWords(parts, now).flatMap(({ criterion }) => findOldWords(criterion, now));
  const words = [...new Map(old.map((one) => [one.now.key, one])).values()];
  const gone = findGone(parts, now);
  if (words.length + gone.length === 0) return <p>{t('framework.nothingOwn')}</p>;
  return (
    <>
      {words.length > 0 && (
        <section>
          <h3 className="wm-label">{t('framework.otherWords')}</h3>
          <ul>
            {words.map(({ alignment, now: item }) => (
              <li key={item.key}>
                <del dir="auto">{`${alignment.code} ${alignment.title}`}</del>{' '}
                <ins dir="auto">{`${item.code} ${item.title}`}</ins>
              </li>
            ))}
          </ul>
        </section>
      )}
      {gone.length > 0 && (
        <section>
          <h3 className="wm-label">{t('framework.gone')}</h3>
          <ul>
            {gone.map((name) => (
              <li key={name} dir="auto">
                {name}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function News({ before, now }: NewsProps) {
  const { t } = useTranslation('studio');
  const diff = before && compareFrameworks(before, now);
  return (
    <>
      {diff && (
        <p>
          {t('framework.counts', {
            added: diff.added.length,
            changed: diff.changed.length,
            removed: diff.removed.length,
          })}
        </p>
      )}
      <Own now={now} />
    </>
  );
}

interface FrameworkNewsDialogProps {
  from: FrameworkRef;
  /** Number of the newer version. */
  to: number;
  onClose: () => void;
}

/** What a newer version of the pathway's framework changes, above all where criteria are aligned to it; and the move to it. */
export function FrameworkNewsDialog({ from, to, onClose }: FrameworkNewsDialogProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { named } = useFrameworksHere();
  const newer = useLoad(
    frameworkEndpoints.read,
    { params: { key: from.key, n: to } },
    { staleTime: Infinity },
  );
  const content = newer.data && (newer.data.applied ?? newer.data.content);
  return (
    <Dialog opened onClose={onClose} title={t('framework.newsTitle', { title: from.title, n: to })}>
      <div className="wm-stack">
        <Loaded query={newer} skeleton="rows">
          {() => content && <News before={named.get(from.key)?.content ?? null} now={content} />}
        </Loaded>
        <div className="wm-dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t('framework.stay', { n: from.version })}
          </Button>
          {content && (
            <Button
              onClick={() => {
                change((now) => moveToVersion(now, { version: to, content }));
                onClose();
              }}
            >
              {t('framework.move', { n: to })}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
