import { model, Schema } from 'mongoose';
import type { FrameworkRef, PathwayBadge, Strand, Track } from '../../../contract/content.ts';
import type { Rule } from '../../../contract/rules.ts';
import { strandField } from '../../contentFields.ts';
import type { AcceptedWarning } from '../../../contract/studio.ts';
import type { ChangelogEntry } from '../../../contract/versions.ts';
import { tenanted } from '../../tenancy.ts';
import { appendOnly } from '../../appendOnly.ts';

/** A pathway of one institution. `key` comes from its content and is the same in every institution that has it. */
export interface PathwayDoc {
  _id: string;
  institutionId: string;
  key: string;
  slug: string;
  title: string;
  strand: Strand;
  vision: string;
  /** The newest published version; null before the first. */
  version: number | null;
  versionId: string | null;
  /** Numbers of the versions that are not offered to people who work on earlier ones. Absent: all are. */
  heldBack?: number[];
  /** Since then nobody new can begin; people who are in it finish. Null or absent: it is offered. */
  retiredAt?: Date | null;
}

const pathwaySchema = new Schema<PathwayDoc>(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    slug: { type: String, required: true },
    title: { type: String, required: true },
    strand: strandField,
    vision: { type: String, default: '' },
    version: { type: Number, default: null },
    versionId: { type: String, default: null },
    heldBack: { type: [Number], default: undefined },
    retiredAt: { type: Date, default: null },
  },
  { collection: 'pathways', strict: 'throw', versionKey: false },
);
pathwaySchema.plugin(tenanted);
pathwaySchema.index({ institutionId: 1, key: 1 }, { unique: true, name: 'pathway_by_key' });
export const PathwayModel = model<PathwayDoc>('Pathway', pathwaySchema);

/** One published version: immutable, with the hash of its whole content as it was written. */
export interface PathwayVersionDoc {
  _id: string;
  institutionId: string;
  pathwayKey: string;
  n: number;
  /** Absent in versions that were published before it was stored with them. */
  slug?: string;
  /** Of the content: how to read the modules. */
  schemaVersion: number;
  contentHash: string;
  title: string;
  vision: string;
  strand: Strand;
  licence: string;
  source: string;
  moduleIds: string[];
  publishedAt: Date;
  // schema version 1 has none of these
  framework?: FrameworkRef | null;
  tracks?: Track[];
  completes?: Rule;
  badge?: PathwayBadge | null;
  // only where a designer published it
  publishedBy?: string;
  changelog?: ChangelogEntry[];
  reasons?: AcceptedWarning[];
}

const immutable = { required: true, immutable: true } as const;
const content = { type: Schema.Types.Mixed, immutable: true } as const;
const versionSchema = new Schema<PathwayVersionDoc>(
  {
    _id: { type: String, required: true },
    pathwayKey: { type: String, ...immutable },
    n: { type: Number, ...immutable },
    slug: { type: String, immutable: true },
    schemaVersion: { type: Number, ...immutable },
    contentHash: { type: String, ...immutable },
    title: { type: String, ...immutable },
    vision: { type: String, default: '', immutable: true },
    strand: { ...strandField, immutable: true },
    licence: { type: String, ...immutable },
    source: { type: String, ...immutable },
    moduleIds: { type: [String], ...immutable },
    publishedAt: { type: Date, ...immutable },
    framework: content,
    tracks: content,
    completes: content,
    badge: content,
    publishedBy: { type: String, immutable: true },
    changelog: content,
    reasons: content,
  },
  { collection: 'pathwayVersions', strict: 'throw', versionKey: false, minimize: false },
);
versionSchema.plugin(tenanted);
versionSchema.plugin(appendOnly);
versionSchema.index({ institutionId: 1, pathwayKey: 1, n: 1 }, { unique: true, name: 'version_by_number' });
export const PathwayVersionModel = model<PathwayVersionDoc>('PathwayVersion', versionSchema);

/** A module of one version: a document of its own, so that a page reads one module and not a pathway. */
export interface ModuleDoc {
  _id: string;
  institutionId: string;
  versionId: string;
  pathwayKey: string;
  key: string;
  position: number;
  /** Of `content`. */
  schemaVersion: number;
  /** As it was written: `listModules` upgrades it. */
  content: unknown;
}

const moduleSchema = new Schema<ModuleDoc>(
  {
    _id: { type: String, required: true },
    versionId: { type: String, ...immutable },
    pathwayKey: { type: String, ...immutable },
    key: { type: String, ...immutable },
    position: { type: Number, ...immutable },
    schemaVersion: { type: Number, ...immutable },
    content: { ...content, required: true },
  },
  { collection: 'modules', strict: 'throw', versionKey: false, minimize: false },
);
moduleSchema.plugin(tenanted);
moduleSchema.plugin(appendOnly);
moduleSchema.index(
  { institutionId: 1, versionId: 1, position: 1 },
  { unique: true, name: 'module_by_position' },
);
export const ModuleModel = model<ModuleDoc>('Module', moduleSchema);
