import { model, Schema } from 'mongoose';
import type { FrameworkRef } from '../../../contract/content.ts';
import { appendOnly } from '../../appendOnly.ts';
import { tenanted } from '../../tenancy.ts';

/** A framework of one institution, with what lists show of its newest version. `key` comes from its content. */
export interface FrameworkDoc {
  _id: string;
  institutionId: string;
  key: string;
  slug: string;
  title: string;
  licence: string;
  /** Number of the newest version. */
  version: number;
  publishedAt: Date;
  /** Number of its own items. */
  items: number;
  /** What it adapts; null for a core. */
  core: FrameworkRef | null;
}

const frameworkSchema = new Schema<FrameworkDoc>(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    slug: { type: String, required: true },
    title: { type: String, required: true },
    licence: { type: String, default: '' },
    version: { type: Number, required: true },
    publishedAt: { type: Date, required: true },
    items: { type: Number, required: true },
    core: { type: Schema.Types.Mixed, default: null },
  },
  { collection: 'frameworks', strict: 'throw', versionKey: false },
);
frameworkSchema.plugin(tenanted);
frameworkSchema.index({ institutionId: 1, key: 1 }, { unique: true, name: 'framework_by_key' });
frameworkSchema.index({ institutionId: 1, slug: 1 }, { unique: true, name: 'framework_by_slug' });
export const FrameworkModel = model<FrameworkDoc>('Framework', frameworkSchema);

/** One published version: immutable, with its whole content. */
export interface FrameworkVersionDoc {
  _id: string;
  institutionId: string;
  frameworkKey: string;
  n: number;
  schemaVersion: number;
  /** SHA-256 of `content`. */
  contentHash: string;
  /**
   * `FrameworkContent` as JSON with its members in a fixed order. As text, because packages from elsewhere may have members whose
   * names and depth MongoDB does not take.
   */
  content: string;
  publishedAt: Date;
}

const immutable = { required: true, immutable: true } as const;
const versionSchema = new Schema<FrameworkVersionDoc>(
  {
    _id: { type: String, required: true },
    frameworkKey: { type: String, ...immutable },
    n: { type: Number, ...immutable },
    schemaVersion: { type: Number, ...immutable },
    contentHash: { type: String, ...immutable },
    content: { type: String, ...immutable },
    publishedAt: { type: Date, ...immutable },
  },
  { collection: 'frameworkVersions', strict: 'throw', versionKey: false },
);
versionSchema.plugin(tenanted);
versionSchema.plugin(appendOnly);
versionSchema.index(
  { institutionId: 1, frameworkKey: 1, n: 1 },
  { unique: true, name: 'framework_version_by_number' },
);
export const FrameworkVersionModel = model<FrameworkVersionDoc>('FrameworkVersion', versionSchema);
