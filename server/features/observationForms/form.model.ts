import { model, Schema } from 'mongoose';
import type { FormContent } from '../../../contract/observationForms.ts';
import type { AcceptedWarning } from '../../../contract/studio.ts';
import type { ChangelogEntry } from '../../../contract/versions.ts';
import { appendOnly } from '../../appendOnly.ts';
import { tenanted } from '../../tenancy.ts';

/** An observation form of one institution. `key` comes from its content and is the same in every institution that has it. */
export interface ObservationFormDoc {
  _id: string;
  institutionId: string;
  key: string;
  title: string;
  purpose: string;
  /** The newest published version. */
  version: number;
  versionId: string;
  publishedAt: Date;
  /** Since then no new observation uses it; those that do go on. Null: it is offered. */
  retiredAt: Date | null;
}

const formSchema = new Schema<ObservationFormDoc>(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    title: { type: String, required: true },
    purpose: { type: String, default: '' },
    version: { type: Number, required: true },
    versionId: { type: String, required: true },
    publishedAt: { type: Date, required: true },
    retiredAt: { type: Date, default: null },
  },
  { collection: 'observationForms', strict: 'throw', versionKey: false },
);
formSchema.plugin(tenanted);
formSchema.index({ institutionId: 1, key: 1 }, { unique: true, name: 'form_by_key' });
formSchema.index({ institutionId: 1, title: 1, _id: 1 }, { name: 'forms_by_title' });
export const ObservationFormModel = model<ObservationFormDoc>('ObservationForm', formSchema);

/** One published version: immutable, with the hash of its content. */
export interface ObservationFormVersionDoc {
  _id: string;
  institutionId: string;
  formKey: string;
  n: number;
  contentHash: string;
  content: FormContent;
  publishedAt: Date;
  // only where a designer published it
  publishedBy?: string;
  changelog?: ChangelogEntry[];
  reasons?: AcceptedWarning[];
}

const immutable = { required: true, immutable: true } as const;
const mixed = { type: Schema.Types.Mixed, immutable: true } as const;
const versionSchema = new Schema<ObservationFormVersionDoc>(
  {
    _id: { type: String, required: true },
    formKey: { type: String, ...immutable },
    n: { type: Number, ...immutable },
    contentHash: { type: String, ...immutable },
    content: { ...mixed, required: true },
    publishedAt: { type: Date, ...immutable },
    publishedBy: { type: String, immutable: true },
    changelog: mixed,
    reasons: mixed,
  },
  { collection: 'observationFormVersions', strict: 'throw', versionKey: false, minimize: false },
);
versionSchema.plugin(tenanted);
versionSchema.plugin(appendOnly);
versionSchema.index({ institutionId: 1, formKey: 1, n: 1 }, { unique: true, name: 'form_version_by_number' });
export const ObservationFormVersionModel = model<ObservationFormVersionDoc>(
  'ObservationFormVersion',
  versionSchema,
);
