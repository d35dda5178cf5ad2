import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportFault, ImportResult } from '../../../../contract/frameworks.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';

function Fault({ fault }: { fault: ImportFault }) {
  const { t } = useTranslation('frameworks');
  const { row, place, message } = fault;
  return (
    <tr>
      <td className="wm-tabular">{row ?? ''}</td>
      <td className="wm-mono">{place || (row === null ? t('importing.wholeFile') : '')}</td>
      <td>{message}</td>
    </tr>
  );
}

/** Everything that keeps a file from being imported, each at its place. */
function Faults({ result }: { result: ImportResult }) {
  const { t } = useTranslation('frameworks');
  const { faults, moreFaults } = result;
  const words = t('importing.faults', { count: faults.length + moreFaults });
  useAnnouncement(words);
  return (
    <section className="wm-stack" aria-label={words}>
      <h2 className="wm-subheading">{words}</h2>
      <table className="wm-import-faults">
        <thead>
          <tr className="wm-small">
            <th scope="col">{t('importing.row')}</th>
            <th scope="col">{t('importing.place')}</th>
            <th scope="col">{t('importing.what')}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault, at) => (
            // two may say the same of the same place
            <Fault key={at} fault={fault} />
          ))}
        </tbody>
      </table>
      {moreFaults > 0 && <p className="wm-small">{t('importing.faultsMore', { count: moreFaults })}</p>}
    </section>
  );
}

interface ImportOutcomeProps {
  result: ImportResult;
  pending: boolean;
  onPublish: () => void;
}

/** What a check found, and the way on: mend it, or publish. */
export function ImportOutcome({ result, pending, onPublish }: ImportOutcomeProps) {
  const { t } = useTranslation('frameworks');
  const { outcome } = result;
  const { title = '', version: n = 1, isNew = false } = outcome ?? {};
  const words = outcome ? t(isNew ? 'importing.ready' : 'importing.same', { title, n }) : null;
  useAnnouncement(words);
  if (!outcome) return <Faults result={result} />;
  const { added, changed, removed, same } = outcome;
  return (
    <section className="wm-stack" aria-label={words ?? ''}>
      <h2 className="wm-subheading">{words}</h2>
      {isNew && (
        <>
          <p>{t('importing.counts', { added, changed, removed, same })}</p>
          {removed > 0 && <p className="wm-small">{t('importing.removedNote')}</p>}
          <div>
            <Button loading={pending} onClick={onPublish}>
              {t('importing.publish', { n })}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
