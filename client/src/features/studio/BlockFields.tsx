import { useTranslation } from 'react-i18next';
import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { z } from 'zod';
import type {
  Block,
  ChecklistBlock,
  EmbedBlock,
  FileBlock,
  Prompt,
  Requirement,
  ResourceBlock,
} from '../../../../contract/content.ts';
import { downloadNameOf } from '../../../../contract/contentFiles.ts';
import { EvidenceKind } from '../../../../contract/evidence.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { useContentUploads } from '../../uploads/useContentUploads.ts';
import { AreaField } from '../../components/field/AreaField.tsx';
import { Checks } from './fields.tsx';
import { FieldPlace } from './FieldPlace.tsx';
import { FileChooser } from './FileChooser.tsx';
import { blockPlace } from './fileModel.ts';
import type { FieldName } from './fieldNames.ts';
import { CriteriaChecks, PromptInputs } from './PromptInputs.tsx';
import { RichField } from './RichField.tsx';
import { useStudio } from './studioContext.ts';
import { setBlock } from './studioModel.ts';
import { focusAdded } from './target.ts';
import { UploadLine } from './UploadLine.tsx';

/** Changes a block as it is now. */
function useSetBlock<T extends Block>(block: T): (fields: Partial<T>, field: string) => void {
  const { change } = useStudio();
  return (fields, field) => change((now) => setBlock(now, { ...block, ...fields }), `${block.key}/${field}`);
}

/** Where fields are whose path is not their name. */
const PATHS: Partial<Readonly<Record<FieldName, readonly string[]>>> = {
  licence: ['licence', 'licence/name'],
  attribution: ['licence/attribution'],
};

interface LineProps {
  field: FieldName;
  value: string;
  most: number;
  description?: string;
  type?: 'url';
  onChange: (value: string) => void;
}

function Line({ field, value, most, description, type, onChange }: LineProps) {
  const { t } = useTranslation('studio');
  return (
    <FieldPlace at={PATHS[field] ?? field}>
      <TextField
        label={t(`fields.${field}`)}
        value={value}
        most={most}
        {...(description ? { description } : {})}
        {...(type ? { inputMode: type } : { dir: 'auto' })}
        onChange={onChange}
      />
    </FieldPlace>
  );
}

type Licensed = z.infer<typeof ResourceBlock> | z.infer<typeof EmbedBlock> | z.infer<typeof FileBlock>;

function LicenceFields({ block }: { block: Licensed }) {
  const set = useSetBlock<Licensed>(block);
  const { licence } = block;
  return (
    <div className="wm-studio-pair">
      <Line
        field="licence"
        value={licence.name}
        most={120}
        onChange={(name) => set({ licence: { ...licence, name } }, 'licence')}
      />
      <Line
        field="attribution"
        value={licence.attribution}
        most={500}
        onChange={(attribution) => set({ licence: { ...licence, attribution } }, 'attribution')}
      />
    </div>
  );
}

function ResourceFields({ block }: { block: z.infer<typeof ResourceBlock> }) {
  const set = useSetBlock(block);
  return (
    <>
      <Line field="title" value={block.title} most={255} onChange={(title) => set({ title }, 'title')} />
      <Line field="url" value={block.url} most={2000} type="url" onChange={(url) => set({ url }, 'url')} />
      <Line field="note" value={block.note} most={1000} onChange={(note) => set({ note }, 'note')} />
      <LicenceFields block={block} />
    </>
  );
}

function EmbedFields({ block }: { block: z.infer<typeof EmbedBlock> }) {
  const { t } = useTranslation('studio');
  const set = useSetBlock(block);
  return (
    <>
      <Line field="title" value={block.title} most={255} onChange={(title) => set({ title }, 'title')} />
      <Line field="url" value={block.url} most={2000} type="url" onChange={(url) => set({ url }, 'url')} />
      <FieldPlace at="alternative">
        <AreaField
          label={t('fields.alternative')}
          description={t('help.alternative')}
          value={block.alternative}
          most={4000}
          onChange={(alternative) => set({ alternative }, 'alternative')}
        />
      </FieldPlace>
      <LicenceFields block={block} />
    </>
  );
}

/** A file that people start from; choosing another one keeps its words. */
function FileFields({ block }: { block: z.infer<typeof FileBlock> }) {
  const { t } = useTranslation('studio');
  const { draftId } = useStudio();
  const format = useFormat();
  const set = useSetBlock(block);
  const { uploads, items } = useContentUploads(draftId);
  const place = blockPlace(block.key);
  const sending = items.find((item) => item.place === place);
  const facts = { name: downloadNameOf(block), size: format.bytes(block.size), type: block.mediaType };
  return (
    <>
      <Line field="title" value={block.title} most={255} onChange={(title) => set({ title }, 'title')} />
      <FieldPlace at={['path', 'size', 'sha256', 'mediaType']}>
        <p className="wm-small">{t('block.fileFacts', facts)}</p>
      </FieldPlace>
      {sending ? (
        <UploadLine
          item={sending}
          onRetry={() => uploads.retry(place)}
          onCancel={() => uploads.cancel(place)}
        />
      ) : (
        <div>
          <FileChooser onChoose={(file) => uploads.start(place, file)}>{t('block.replaceFile')}</FileChooser>
        </div>
      )}
      <LicenceFields block={block} />
    </>
  );
}

function ChecklistFields({ block }: { block: z.infer<typeof ChecklistBlock> }) {
  const { t } = useTranslation('studio');
  const set = useSetBlock(block);
  const { items } = block;
  const add = () => {
    const key = crypto.randomUUID();
    set({ items: [...items, { key, text: '' }] }, 'add');
    focusAdded(block.key, `items/${key}`);
  };
  return (
    <>
      <Line field="title" value={block.title} most={255} onChange={(title) => set({ title }, 'title')} />
      {items.map((item, at) => (
        <FieldPlace key={item.key} at={`items/${item.key}`} className="wm-studio-check-item">
          <TextField
            label={t('block.item', { n: at + 1 })}
            value={item.text}
            most={500}
            dir="auto"
            onChange={(text) =>
              set({ items: items.map((one) => (one.key === item.key ? { ...one, text } : one)) }, item.key)
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={40}
            aria-label={t('block.removeItem', { n: at + 1 })}
            onClick={() => set({ items: items.filter(({ key }) => key !== item.key) }, 'remove')}
          >
            <IconX size={18} stroke={ICON_STROKE} aria-hidden="true" />
          </ActionIcon>
        </FieldPlace>
      ))}
      {items.length < 30 && (
        <Button
          size="sm"
          variant="subtle"
          leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
          onClick={add}
        >
          {t('block.addItem')}
        </Button>
      )}
    </>
  );
}

/** Fields of what is asked, on the block as it is now. */
function PromptFields({ module, block }: { module: ModulePart; block: Prompt }) {
  const set = useSetBlock(block);
  return <PromptInputs module={module} prompt={block} onChange={set} />;
}

function RequirementFields({ module, block }: { module: ModulePart; block: Requirement }) {
  const { t } = useTranslation('studio');
  const { t: common } = useTranslation();
  const set = useSetBlock(block);
  return (
    <>
      <Line field="title" value={block.title} most={255} onChange={(title) => set({ title }, 'title')} />
      <Line field="help" value={block.help} most={1000} onChange={(help) => set({ help }, 'help')} />
      <FieldPlace at="kinds">
        <Checks
          label={t('fields.kinds')}
          chosen={block.kinds}
          choices={EvidenceKind.options.map((kind) => ({ value: kind, label: common(`evidence.${kind}`) }))}
          onChange={(kinds) => set({ kinds }, 'kinds')}
        />
      </FieldPlace>
      <CriteriaChecks
        module={module}
        chosen={block.criteria}
        onChange={(criteria) => set({ criteria }, 'criteria')}
      />
      <FieldPlace at="visitRecord">
        <label className="wm-check">
          <input
            type="checkbox"
            checked={block.visitRecord}
            onChange={(event) => set({ visitRecord: event.currentTarget.checked }, 'visitRecord')}
          />
          <span>{t('fields.visitRecord')}</span>
        </label>
        <p className="wm-small">{t('help.visitRecord')}</p>
      </FieldPlace>
    </>
  );
}

/** The fields of a block, by its type. */
export function BlockFields({ module, block }: { module: ModulePart; block: Block }) {
  const { t } = useTranslation('studio');
  const set = useSetBlock<Block>(block);
  switch (block.type) {
    case 'text':
      return (
        <FieldPlace at="content">
          <RichField
            label={t('fields.content')}
            top={5}
            document={block.content}
            onChange={(content) => set({ content }, 'content')}
          />
        </FieldPlace>
      );
    case 'resource':
      return <ResourceFields block={block} />;
    case 'embed':
      return <EmbedFields block={block} />;
    case 'checklist':
      return <ChecklistFields block={block} />;
    case 'prompt':
      return <PromptFields module={module} block={block} />;
    case 'requirement':
      return <RequirementFields module={module} block={block} />;
    case 'file':
      return <FileFields block={block} />;
  }
}
