import { useEffect, useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PathwayContent } from '../../../../contract/content.ts';
import { findingId } from '../../../../contract/lint/findings.ts';
import type { Finding } from '../../../../contract/lint/findings.ts';
import type { ChangelogEntry } from '../../../../contract/versions.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Findings, useFindingName } from './Findings.tsx';
import { targetOf } from './notes.ts';
import { NO_CHANGE, usePublishNote } from './publishNote.ts';
import type { PublishNote } from './publishNote.ts';
import { useStudio } from './studioContext.ts';
import type { Target } from './target.ts';
import { usePublishing } from './usePublishing.ts';

const TEXT_MAX = 500;

/** An answer to something that was said is needed: otherwise nothing of it would be kept. */
const lacksChange = ({ said, changed }: ChangelogEntry): boolean =>
  said.trim() !== '' && changed.trim() === '';

interface ChangelogFieldsProps {
  entries: readonly ChangelogEntry[];
  /** Whether publishing was tried: then a missing answer is said. */
  tried: boolean;
  readOnly: boolean;
  onChange: (entries: ChangelogEntry[]) => void;
}

function ChangelogFields({ entries, tried, readOnly, onChange }: ChangelogFieldsProps) {
  const { t } = useTranslation('studio');
  const list = useRef<HTMLElement>(null);
  const change = (at: number, entry: ChangelogEntry) =>
    onChange(entries.map((one, index) => (index === at ? entry : one)));
  const add = () => {
    onChange([...entries, NO_CHANGE]);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('.wm-studio-change:last-of-type input')?.focus(),
    );
  };
  return (
    <section className="wm-stack" ref={list}>
      <h3 className="wm-subheading">{t('publish.changes')}</h3>
      <p className="wm-small">{t('publish.changesHelp')}</p>
      {entries.map((entry, at) => (
        // entries are only added at the end
        <div key={at} className="wm-studio-change">
          <TextField
            label={t('publish.said', { n: at + 1 })}
            value={entry.said}
            most={TEXT_MAX}
            dir="auto"
            readOnly={readOnly}
            onChange={(said) => change(at, { ...entry, said })}
          />
          <TextField
            label={t('publish.changed', { n: at + 1 })}
            value={entry.changed}
            most={TEXT_MAX}
            dir="auto"
            readOnly={readOnly}
            error={tried && lacksChange(entry) ? t('publish.changedNeeded') : null}
            onChange={(changed) => change(at, { ...entry, changed })}
          />
        </div>
      ))}
      <Button
        variant="subtle"
        size="sm"
        disabled={readOnly}
        leftSection={<IconPlus size={16} stroke={ICON_STROKE} aria-hidden="true" />}
        onClick={add}
      >
        {t('publish.addChange')}
      </Button>
    </section>
  );
}

interface ReasonFieldsProps {
  content: PathwayContent;
  warnings: readonly Finding[];
  /** By `findingId`. */
  reasons: Readonly<Record<string, string>>;
  /** Whether publishing was tried: then a missing reason is said. */
  tried: boolean;
  readOnly: boolean;
  onChange: (finding: string, reason: string) => void;
}

function ReasonFields({ content, warnings, reasons, tried, readOnly, onChange }: ReasonFieldsProps) {
  const { t } = useTranslation('studio');
  const { t: lint } = useTranslation('lint');
  const nameOf = useFindingName(content);
  if (warnings.length === 0) return null;
  return (
    <section className="wm-stack">
      <h3 className="wm-subheading">{t('publish.reasons')}</h3>
      <p className="wm-small">{t('publish.reasonsHelp')}</p>
      {warnings.map((finding) => {
        const id = findingId(finding);
        const reason = reasons[id] ?? '';
        return (
          <TextField
            key={id}
            label={<bdi>{nameOf(finding)}</bdi>}
            description={lint(finding.code, finding.facts)}
            value={reason}
            most={TEXT_MAX}
            dir="auto"
            readOnly={readOnly}
            error={tried && reason.trim() === '' ? t('publish.reasonNeeded') : null}
            onChange={(text) => onChange(id, text)}
          />
        );
      })}
    </section>
  );
}

/** What is published of a note; null if something is missing in it, or too long. */
function toPublish({ changelog, reasons, offered }: PublishNote, warnings: readonly Finding[]) {
  const given = warnings.map((finding) => ({
    finding: findingId(finding),
    reason: reasons[findingId(finding)]?.trim() ?? '',
  }));
  const texts = [
    ...given.map(({ reason }) => reason),
    ...changelog.flatMap(({ said, changed }) => [said, changed]),
  ];
  const isIncomplete = given.some(({ reason }) => reason === '') || changelog.some(lacksChange);
  if (isIncomplete || texts.some((text) => text.length > TEXT_MAX)) return null;
  return {
    changelog: changelog.filter(({ changed }) => changed.trim() !== ''),
    reasons: given,
    offered,
  };
}

/** Whether publishing was tried; each time the focus goes to the first field that lacks something. */
function useTries() {
  const form = useRef<HTMLDivElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  return { form, tried: tries > 0, tryIt: () => setTries(tries + 1) };
}

interface PublishDialogProps {
  content: PathwayContent;
  /** What may be published with a reason. */
  warnings: readonly Finding[];
  onGo: (target: Target) => void;
  onClose: () => void;
}

/** Says what a version changes and why its warnings are accepted, and publishes it. */
export function PublishDialog({ content, warnings, onGo, onClose }: PublishDialogProps) {
  const { t } = useTranslation('studio');
  const { draftId, version } = useStudio();
  const { note, change, forget } = usePublishNote(draftId);
  const { changelog: entries, reasons, offered } = note;
  const { form, tried, tryIt } = useTries();
  const { publish, pending, isSending, waits, problem, findings, error } = usePublishing(
    () => toPublish(note, warnings),
    forget,
  );
  const confirm = () => {
    if (toPublish(note, warnings) !== null) publish();
    tryIt();
  };
  const words = waits ? t('publish.unsaved') : problem;
  return (
    <Dialog opened onClose={onClose} title={t('publish.title', { n: version })}>
      <div className="wm-stack" ref={form}>
        <p>{t('publish.who')}</p>
        {version > 1 && (
          <label className="wm-check">
            <input
              type="checkbox"
              checked={offered}
              disabled={isSending}
              onChange={(event) => change({ ...note, offered: event.currentTarget.checked })}
            />
            <span>{t('publish.offer')}</span>
          </label>
        )}
        <ChangelogFields
          entries={entries}
          tried={tried}
          readOnly={isSending}
          onChange={(changelog) => change({ ...note, changelog })}
        />
        <ReasonFields
          content={content}
          warnings={warnings}
          reasons={reasons}
          tried={tried}
          readOnly={isSending}
          onChange={(finding, reason) => change({ ...note, reasons: { ...reasons, [finding]: reason } })}
        />
        <Findings
          title={t('foot.errors')}
          content={content}
          findings={findings}
          onGo={(finding) => {
            onClose();
            onGo(targetOf(finding));
          }}
        />
        {words && (
          <p className="wm-notice-line" role="alert">
            {words}
          </p>
        )}
        {error !== null && <Failed error={error} title={t('publish.failed')} />}
        <div className="wm-dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t('publish.cancel')}
          </Button>
          <Button loading={pending} onClick={confirm}>
            {t('publish.confirm', { n: version })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
